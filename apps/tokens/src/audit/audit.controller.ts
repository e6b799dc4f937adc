import { Controller } from '@nestjs/common';
import { type AuditRequest, listTokensAudit } from '@sluice/contracts/audit';
import type { ReplyOf } from '@sluice/contracts/contract';
import { Handles } from '@sluice/messaging/handles';
import { AuditTrail } from '@sluice/storage/audit-trail';

@Controller()
export class AuditController {
  constructor(private readonly trail: AuditTrail) {}

  @Handles(listTokensAudit)
  async list(request: AuditRequest): Promise<ReplyOf<typeof listTokensAudit>> {
    return { entries: await this.trail.list(request) };
  }
}

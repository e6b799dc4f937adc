import { Controller, type Type } from '@nestjs/common';
import { type AuditReply, type AuditRequest, auditContracts } from '@sluice/contracts/audit';
import { Handles } from '@sluice/messaging/handles';
import { AuditTrail } from '@sluice/storage/audit-trail';

/** Makes the controller that answers what one service has recorded of its own changes. */
export function auditController(service: keyof typeof auditContracts): Type {
  @Controller()
  class AuditController {
    constructor(private readonly trail: AuditTrail) {}

    @Handles(auditContracts[service])
    async list(request: AuditRequest): Promise<AuditReply> {
      return { entries: await this.trail.list(request) };
    }
  }
  return AuditController;
}

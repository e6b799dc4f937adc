import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { leaseQuota, returnQuota } from '@sluice/contracts/tokens/quotas';
import { Handles } from '@sluice/messaging/handles';
import { QuotasService } from './quotas.service';

@Controller()
export class QuotasController {
  constructor(private readonly quotas: QuotasService) {}

  @Handles(leaseQuota)
  lease(request: RequestOf<typeof leaseQuota>): Promise<ReplyOf<typeof leaseQuota>> {
    return this.quotas.lease(request);
  }

  @Handles(returnQuota)
  giveBack(request: RequestOf<typeof returnQuota>): Promise<ReplyOf<typeof returnQuota>> {
    return this.quotas.giveBack(request);
  }
}

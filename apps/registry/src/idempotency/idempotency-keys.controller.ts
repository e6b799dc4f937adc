import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { claimKey, settleKey } from '@sluice/contracts/registry/idempotency';
import { Handles } from '@sluice/messaging/handles';
import { IdempotencyKeysService } from './idempotency-keys.service';

@Controller()
export class IdempotencyKeysController {
  constructor(private readonly keys: IdempotencyKeysService) {}

  @Handles(claimKey)
  claim(request: RequestOf<typeof claimKey>): Promise<ReplyOf<typeof claimKey>> {
    return this.keys.claim(request);
  }

  @Handles(settleKey)
  settle(request: RequestOf<typeof settleKey>): Promise<Record<string, never>> {
    return this.keys.settle(request);
  }
}

import { Controller } from '@nestjs/common';
import type { RequestOf } from '@sluice/contracts/contract';
import { claimFirstAdminKey, type Verdict, verifyAdminKey } from '@sluice/contracts/tokens';
import { Handles } from '@sluice/messaging/handles';
import { AdminKeysService } from './admin-keys.service';

@Controller()
export class AdminKeysController {
  constructor(private readonly adminKeys: AdminKeysService) {}

  @Handles(verifyAdminKey)
  verify(request: RequestOf<typeof verifyAdminKey>): Promise<Verdict> {
    return this.adminKeys.verify(request.secretHash);
  }

  @Handles(claimFirstAdminKey)
  claimFirst(): Promise<{ secret: string }> {
    return this.adminKeys.claimFirst();
  }
}

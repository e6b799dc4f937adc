import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { type AdminVerdict, verifyAdminKey } from '@sluice/contracts/tokens/admin-verdicts';
import {
  type AdminKey,
  claimFirstAdminKey,
  createAdminKey,
  listAdminKeys,
  revokeAdminKey,
} from '@sluice/contracts/tokens/admins';
import { Handles } from '@sluice/messaging/handles';
import { AdminKeysService } from './admin-keys.service';
import { KeyHolders } from './key-holders';

@Controller()
export class AdminKeysController {
  constructor(
    private readonly adminKeys: AdminKeysService,
    private readonly holders: KeyHolders,
  ) {}

  @Handles(verifyAdminKey)
  verify(request: RequestOf<typeof verifyAdminKey>): Promise<AdminVerdict> {
    return this.holders.verify(request.secretHash);
  }

  @Handles(listAdminKeys)
  list(request: RequestOf<typeof listAdminKeys>): Promise<ReplyOf<typeof listAdminKeys>> {
    return this.adminKeys.list(request);
  }

  @Handles(createAdminKey)
  create(request: RequestOf<typeof createAdminKey>): Promise<ReplyOf<typeof createAdminKey>> {
    return this.adminKeys.create(request);
  }

  @Handles(revokeAdminKey)
  revoke(request: RequestOf<typeof revokeAdminKey>): Promise<AdminKey> {
    return this.adminKeys.revoke(request);
  }

  @Handles(claimFirstAdminKey)
  claimFirst(): Promise<{ secret: string }> {
    return this.adminKeys.claimFirst();
  }
}

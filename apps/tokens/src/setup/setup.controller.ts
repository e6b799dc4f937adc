import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import {
  completeSetup,
  createPasswordLink,
  createSetupLink,
  getSetup,
  resetPassword,
} from '@sluice/contracts/tokens/sessions';
import { Handles } from '@sluice/messaging/handles';
import { PasswordLinks } from './password-links';
import { SetupService } from './setup.service';

@Controller()
export class SetupController {
  constructor(
    private readonly setup: SetupService,
    private readonly passwordLinks: PasswordLinks,
  ) {}

  @Handles(getSetup)
  async get(): Promise<{ needed: boolean }> {
    return { needed: await this.setup.needed() };
  }

  @Handles(createSetupLink)
  createLink(): Promise<{ secret: string }> {
    return this.setup.createLink();
  }

  @Handles(completeSetup)
  complete(request: RequestOf<typeof completeSetup>): Promise<ReplyOf<typeof completeSetup>> {
    return this.setup.complete(request);
  }

  @Handles(createPasswordLink)
  createPasswordLink({ adminId }: RequestOf<typeof createPasswordLink>): Promise<ReplyOf<typeof createPasswordLink>> {
    return this.passwordLinks.create(adminId);
  }

  @Handles(resetPassword)
  resetPassword(request: RequestOf<typeof resetPassword>): Promise<ReplyOf<typeof resetPassword>> {
    return this.passwordLinks.reset(request);
  }
}

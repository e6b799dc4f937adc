import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { completeSetup, createSetupLink, getSetup } from '@sluice/contracts/sessions';
import { Handles } from '@sluice/messaging/handles';
import { SetupService } from './setup.service';

@Controller()
export class SetupController {
  constructor(private readonly setup: SetupService) {}

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
}

import { Controller } from '@nestjs/common';
import { readProfile } from '@sluice/contracts/catalogue/profiles';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { Handles } from '@sluice/messaging/handles';
import { ProfilesService } from './profiles.service';

@Controller()
export class ProfilesController {
  constructor(private readonly profiles: ProfilesService) {}

  @Handles(readProfile)
  read(request: RequestOf<typeof readProfile>): Promise<ReplyOf<typeof readProfile>> {
    return this.profiles.read(request);
  }
}

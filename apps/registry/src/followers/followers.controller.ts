import { Controller } from '@nestjs/common';
import { catalogueHeartbeat, versionPublished } from '@sluice/contracts/catalogue-events';
import type { PayloadOf } from '@sluice/contracts/contract';
import { Hears } from '@sluice/messaging/handles';
import { Followers } from './followers';

@Controller()
export class FollowersController {
  constructor(private readonly followers: Followers) {}

  @Hears(versionPublished)
  published(event: PayloadOf<typeof versionPublished>): Promise<void> {
    return this.followers.published(event);
  }

  @Hears(catalogueHeartbeat)
  beat(event: PayloadOf<typeof catalogueHeartbeat>): Promise<void> {
    return this.followers.beat(event);
  }
}

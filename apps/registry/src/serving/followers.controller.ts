import { Controller } from '@nestjs/common';
import { catalogueHeartbeat, versionPublished } from '@sluice/contracts/catalogue/catalogue-events';
import type { PayloadOf } from '@sluice/contracts/contract';
import { Hears } from '@sluice/messaging/handles';
import { Followers } from './followers';
import { SurplusVersions } from './surplus-versions';

@Controller()
export class FollowersController {
  constructor(
    private readonly followers: Followers,
    private readonly surplus: SurplusVersions,
  ) {}

  @Hears(versionPublished)
  async published(event: PayloadOf<typeof versionPublished>): Promise<void> {
    await this.followers.published(event);
    await this.surplus.remove();
  }

  @Hears(catalogueHeartbeat)
  beat(event: PayloadOf<typeof catalogueHeartbeat>): Promise<void> {
    return this.followers.beat(event);
  }
}

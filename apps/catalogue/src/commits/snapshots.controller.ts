import { Controller } from '@nestjs/common';
import { listSnapshots } from '@sluice/contracts/catalogue/catalogue-events';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { Handles } from '@sluice/messaging/handles';
import { SnapshotNews } from './snapshot-news';

@Controller()
export class SnapshotsController {
  constructor(private readonly news: SnapshotNews) {}

  @Handles(listSnapshots)
  list(request: RequestOf<typeof listSnapshots>): Promise<ReplyOf<typeof listSnapshots>> {
    return this.news.list(request);
  }
}

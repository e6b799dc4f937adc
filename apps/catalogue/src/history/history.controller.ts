import { Controller } from '@nestjs/common';
import { findCommit, listCommits } from '@sluice/contracts/catalogue/commits';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { Handles } from '@sluice/messaging/handles';
import { HistoryService } from './history.service';

@Controller()
export class HistoryController {
  constructor(private readonly history: HistoryService) {}

  @Handles(listCommits)
  list(request: RequestOf<typeof listCommits>): Promise<ReplyOf<typeof listCommits>> {
    return this.history.list(request);
  }

  @Handles(findCommit)
  find(request: RequestOf<typeof findCommit>): Promise<ReplyOf<typeof findCommit>> {
    return this.history.find(request);
  }
}

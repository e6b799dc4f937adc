import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { endLink, lendToken, listLinks, recordLink } from '@sluice/contracts/tokens/links';
import { Handles } from '@sluice/messaging/handles';
import { LinksService } from './links.service';

@Controller()
export class LinksController {
  constructor(private readonly links: LinksService) {}

  @Handles(recordLink)
  record(request: RequestOf<typeof recordLink>): Promise<ReplyOf<typeof recordLink>> {
    return this.links.record(request);
  }

  @Handles(lendToken)
  lend(request: RequestOf<typeof lendToken>): Promise<ReplyOf<typeof lendToken>> {
    return this.links.lend(request);
  }

  @Handles(listLinks)
  list(request: RequestOf<typeof listLinks>): Promise<ReplyOf<typeof listLinks>> {
    return this.links.list(request);
  }

  @Handles(endLink)
  end(request: RequestOf<typeof endLink>): Promise<ReplyOf<typeof endLink>> {
    return this.links.end(request);
  }
}

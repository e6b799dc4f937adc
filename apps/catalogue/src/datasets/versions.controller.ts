import { Controller } from '@nestjs/common';
import {
  deleteVersion,
  listSurplusVersions,
  markVersionDeleting,
  unmarkVersionDeleting,
} from '@sluice/contracts/catalogue/datasets';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { Handles } from '@sluice/messaging/handles';
import { VersionDeletion } from './version-deletion';

@Controller()
export class VersionsController {
  constructor(private readonly deletion: VersionDeletion) {}

  @Handles(listSurplusVersions)
  surplus(request: RequestOf<typeof listSurplusVersions>): Promise<ReplyOf<typeof listSurplusVersions>> {
    return this.deletion.surplus(request);
  }

  @Handles(markVersionDeleting)
  mark(request: RequestOf<typeof markVersionDeleting>): Promise<Record<string, never>> {
    return this.deletion.mark(request);
  }

  @Handles(unmarkVersionDeleting)
  unmark(request: RequestOf<typeof unmarkVersionDeleting>): Promise<Record<string, never>> {
    return this.deletion.unmark(request);
  }

  @Handles(deleteVersion)
  delete(request: RequestOf<typeof deleteVersion>): Promise<Record<string, never>> {
    return this.deletion.delete(request);
  }
}

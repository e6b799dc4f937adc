import { Controller } from '@nestjs/common';
import { openChangeFile, openViewFile, readViewFile } from '@sluice/contracts/catalogue/view-files';
import type { RequestOf } from '@sluice/contracts/contract';
import { type Answer, Handles } from '@sluice/messaging/handles';
import { ViewFilesService } from './view-files.service';

@Controller()
export class ViewFilesController {
  constructor(private readonly files: ViewFilesService) {}

  @Handles(openViewFile)
  open(request: RequestOf<typeof openViewFile>): Promise<Answer<typeof openViewFile>> {
    return this.files.open(request);
  }

  @Handles(openChangeFile)
  openChanges(request: RequestOf<typeof openChangeFile>): Promise<Answer<typeof openChangeFile>> {
    return this.files.openChanges(request);
  }

  @Handles(readViewFile)
  async read(request: RequestOf<typeof readViewFile>): Promise<Answer<typeof readViewFile>> {
    return { head: {}, bytes: await this.files.read(request) };
  }
}

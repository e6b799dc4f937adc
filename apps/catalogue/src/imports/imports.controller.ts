import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { getImport, type Import, startImport } from '@sluice/contracts/imports';
import { Handles } from '@sluice/messaging/handles';
import { ImportsService } from './imports.service';

@Controller()
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Handles(startImport)
  start(request: RequestOf<typeof startImport>): Promise<ReplyOf<typeof startImport>> {
    return this.imports.start(request);
  }

  @Handles(getImport)
  get({ importId }: RequestOf<typeof getImport>): Promise<Import> {
    return this.imports.get(importId);
  }
}

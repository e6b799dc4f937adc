import { Controller } from '@nestjs/common';
import { importDecided } from '@sluice/contracts/catalogue/catalogue-events';
import {
  cancelImport,
  getImport,
  getImportReview,
  type Import,
  listImports,
  publishImport,
  startImport,
  tryReading,
} from '@sluice/contracts/catalogue/imports';
import type { PayloadOf, ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { type Answer, Handles, Hears } from '@sluice/messaging/handles';
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

  @Handles(listImports)
  list(request: RequestOf<typeof listImports>): Promise<ReplyOf<typeof listImports>> {
    return this.imports.list(request);
  }

  @Handles(getImportReview)
  review({ importId }: RequestOf<typeof getImportReview>): Promise<Answer<typeof getImportReview>> {
    return this.imports.review(importId);
  }

  @Handles(publishImport)
  publish(request: RequestOf<typeof publishImport>): Promise<Import> {
    return this.imports.publish(request);
  }

  @Handles(tryReading)
  tryReading(request: RequestOf<typeof tryReading>): Promise<Import> {
    return this.imports.tryReading(request);
  }

  @Hears(importDecided)
  decided({ importId }: PayloadOf<typeof importDecided>): void {
    this.imports.look(importId);
  }

  @Handles(cancelImport)
  cancel({ importId }: RequestOf<typeof cancelImport>): Promise<Import> {
    return this.imports.cancel(importId);
  }
}

import { Controller } from '@nestjs/common';
import { exportRows, renderRows } from '@sluice/contracts/catalogue/row-formats';
import type { RequestOf } from '@sluice/contracts/contract';
import { type Answer, Handles } from '@sluice/messaging/handles';
import { ExportsService } from './exports.service';

@Controller()
export class ExportsController {
  constructor(private readonly exports: ExportsService) {}

  @Handles(renderRows)
  render(request: RequestOf<typeof renderRows>): Promise<Answer<typeof renderRows>> {
    return this.exports.render(request);
  }

  @Handles(exportRows)
  async export(request: RequestOf<typeof exportRows>): Promise<Answer<typeof exportRows>> {
    return { head: {}, bytes: await this.exports.export(request) };
  }
}

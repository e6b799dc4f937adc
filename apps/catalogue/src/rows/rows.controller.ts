import { Controller } from '@nestjs/common';
import { readChanges } from '@sluice/contracts/catalogue/row-changes';
import { readRows } from '@sluice/contracts/catalogue/rows';
import type { RequestOf } from '@sluice/contracts/contract';
import { type Answer, Handles } from '@sluice/messaging/handles';
import { RowsService } from './rows.service';

@Controller()
export class RowsController {
  constructor(private readonly rows: RowsService) {}

  @Handles(readRows)
  read(request: RequestOf<typeof readRows>): Promise<Answer<typeof readRows>> {
    return this.rows.read(request);
  }

  @Handles(readChanges)
  changes(request: RequestOf<typeof readChanges>): Promise<Answer<typeof readChanges>> {
    return this.rows.changes(request);
  }
}

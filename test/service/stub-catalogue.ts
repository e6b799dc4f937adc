import { Controller } from '@nestjs/common';
import { createDataset, type Dataset, listDatasets } from '@sluice/contracts/catalogue/datasets';
import { readChanges } from '@sluice/contracts/catalogue/row-changes';
import { sendRows } from '@sluice/contracts/catalogue/sends';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { type Answer, Handles } from '@sluice/messaging/handles';
import { ServiceError } from '@sluice/messaging/service-error';
import { newId } from '@sluice/runtime/ids';

/** Names a dataset of which nobody knows whether it was created. */
export const LOST = 'Lost';

/** The catalogue as the gateway sees it, as far as it answers the same to everybody. */
@Controller()
export class StubCatalogue {
  @Handles(createDataset)
  async createDataset({ name, description }: RequestOf<typeof createDataset>): Promise<Dataset> {
    if (name === LOST) throw new ServiceError('unavailable', 'the database cannot be reached');
    const unset = { latestVersion: null, fields: [], keyFields: null, keepVersions: null, reading: null };
    return { id: newId('ds'), name, description, ...unset, createdAt: new Date().toISOString(), revision: 1 };
  }

  @Handles(listDatasets)
  async listDatasets(): Promise<ReplyOf<typeof listDatasets>> {
    return { data: [], page: { nextCursor: null } };
  }

  /** Knows of no send whether its rows are there. */
  @Handles(sendRows)
  async sendRows(): Promise<ReplyOf<typeof sendRows>> {
    throw new ServiceError('unavailable', 'the database cannot be reached');
  }

  @Handles(readChanges)
  async readChanges(): Promise<Answer<typeof readChanges>> {
    const head = { returned: 0, hasMore: false, nextKey: null, total: null };
    return { head, bytes: Buffer.from('[]') };
  }
}

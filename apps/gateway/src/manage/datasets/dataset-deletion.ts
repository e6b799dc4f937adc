import { Injectable } from '@nestjs/common';
import {
  deleteDataset,
  deleteVersion,
  markDatasetDeleting,
  markVersionDeleting,
  unmarkDatasetDeleting,
  unmarkVersionDeleting,
} from '@sluice/contracts/catalogue/datasets';
import { countApisByDataset, countApisByVersion } from '@sluice/contracts/registry/apis';
import { Services } from '@sluice/messaging/services';
import { HttpProblem } from '../../http/problem';

/**
 * Deletes a dataset, or a version of it, that no API uses. The mark hides it from registry first, so that no API can be
 * created over it between the question and the deletion; should this gateway die in between, the catalogue lifts the
 * mark itself.
 */
@Injectable()
export class DatasetDeletion {
  constructor(private readonly services: Services) {}

  async delete(datasetId: string): Promise<void> {
    const request = { datasetId };
    await this.services.request(markDatasetDeleting, request);
    const count = await this.countUses(
      () => this.services.request(countApisByDataset, request),
      () => this.services.request(unmarkDatasetDeleting, request),
    );
    if (count > 0) throw new HttpProblem('dataset_in_use', { detail: `${uses(count)} it: delete them first` });
    await this.services.request(deleteDataset, request);
  }

  async deleteVersion(datasetId: string, number: number): Promise<void> {
    const request = { datasetId, number };
    await this.services.request(markVersionDeleting, request);
    const count = await this.countUses(
      () => this.services.request(countApisByVersion, request),
      () => this.services.request(unmarkVersionDeleting, request),
    );
    if (count > 0) throw new HttpProblem('version_in_use', { detail: `${uses(count)} it` });
    await this.services.request(deleteVersion, request);
  }

  /** Counts the APIs that use what is marked; unless there are none the mark is lifted. */
  private async countUses(ask: () => Promise<{ count: number }>, unmark: () => Promise<unknown>): Promise<number> {
    let count = Number.NaN;
    try {
      ({ count } = await ask());
      return count;
    } finally {
      if (count !== 0) await unmark();
    }
  }
}

function uses(count: number): string {
  return `${count} ${count === 1 ? 'API uses' : 'APIs use'}`;
}

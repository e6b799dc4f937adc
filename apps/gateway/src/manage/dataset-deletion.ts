import { Injectable } from '@nestjs/common';
import { countApisByDataset } from '@sluice/contracts/apis';
import { deleteDataset, markDatasetDeleting, unmarkDatasetDeleting } from '@sluice/contracts/datasets';
import { Services } from '@sluice/messaging/services';
import { HttpProblem } from '../http/problem';

/**
 * Deletes a dataset that no API uses. The mark hides it from registry first, so that no API can be created over it
 * between the question and the deletion; should this gateway die in between, the catalogue lifts the mark itself.
 */
@Injectable()
export class DatasetDeletion {
  constructor(private readonly services: Services) {}

  async delete(datasetId: string): Promise<void> {
    await this.services.request(markDatasetDeleting, { datasetId });
    const count = await this.countApis(datasetId);
    if (count > 0) {
      await this.services.request(unmarkDatasetDeleting, { datasetId });
      throw new HttpProblem(
        'dataset_in_use',
        `${count} ${count === 1 ? 'API uses' : 'APIs use'} it: delete them first`,
      );
    }
    await this.services.request(deleteDataset, { datasetId });
  }

  private async countApis(datasetId: string): Promise<number> {
    try {
      return (await this.services.request(countApisByDataset, { datasetId })).count;
    } catch (error) {
      await this.services.request(unmarkDatasetDeleting, { datasetId });
      throw error;
    }
  }
}

import { Injectable } from '@nestjs/common';
import { type Dataset, getDataset, getVersion, type Version } from '@sluice/contracts/catalogue/datasets';
import { isRefusal } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import type { Served } from '../stores/api-doc';

/** Asks catalogue about datasets and versions. Null is "does not exist"; any other failure is thrown. */
@Injectable()
export class Datasets {
  constructor(private readonly services: Services) {}

  async find(datasetId: string): Promise<Dataset | null> {
    try {
      return await this.services.request(getDataset, { datasetId });
    } catch (error) {
      if (isRefusal(error, getDataset, 'dataset_not_found')) return null;
      throw error;
    }
  }

  /** The version with this number, or the latest one. */
  async findVersion(datasetId: string, number?: number): Promise<Served | null> {
    try {
      return servedOf(await this.services.request(getVersion, { datasetId, number }));
    } catch (error) {
      if (isRefusal(error, getVersion, 'version_not_found') || isRefusal(error, getVersion, 'dataset_not_found'))
        return null;
      throw error;
    }
  }
}

/** A version as it is after its import: nothing was added to it yet. */
function servedOf({ id, number, firstCommit, fields }: Version): Served {
  return { versionId: id, seq: 0, number, firstCommit, fields };
}

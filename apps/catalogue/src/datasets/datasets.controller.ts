import { Controller } from '@nestjs/common';
import {
  createDataset,
  type Dataset,
  deleteDataset,
  getDataset,
  getVersion,
  listDatasets,
  listVersions,
  markDatasetDeleting,
  unmarkDatasetDeleting,
  updateDataset,
  type Version,
} from '@sluice/contracts/catalogue/datasets';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { Handles } from '@sluice/messaging/handles';
import { DatasetsService } from './datasets.service';

@Controller()
export class DatasetsController {
  constructor(private readonly datasets: DatasetsService) {}

  @Handles(createDataset)
  create(request: RequestOf<typeof createDataset>): Promise<Dataset> {
    return this.datasets.create(request);
  }

  @Handles(getDataset)
  get({ datasetId }: RequestOf<typeof getDataset>): Promise<Dataset> {
    return this.datasets.get(datasetId);
  }

  @Handles(listDatasets)
  list(request: RequestOf<typeof listDatasets>): Promise<ReplyOf<typeof listDatasets>> {
    return this.datasets.list(request);
  }

  @Handles(updateDataset)
  update(request: RequestOf<typeof updateDataset>): Promise<Dataset> {
    return this.datasets.update(request);
  }

  @Handles(markDatasetDeleting)
  mark({ datasetId }: RequestOf<typeof markDatasetDeleting>): Promise<Record<string, never>> {
    return this.datasets.mark(datasetId);
  }

  @Handles(unmarkDatasetDeleting)
  unmark({ datasetId }: RequestOf<typeof unmarkDatasetDeleting>): Promise<Record<string, never>> {
    return this.datasets.unmark(datasetId);
  }

  @Handles(deleteDataset)
  delete({ datasetId }: RequestOf<typeof deleteDataset>): Promise<Record<string, never>> {
    return this.datasets.delete(datasetId);
  }

  @Handles(listVersions)
  listVersions(request: RequestOf<typeof listVersions>): Promise<ReplyOf<typeof listVersions>> {
    return this.datasets.listVersions(request);
  }

  @Handles(getVersion)
  getVersion(request: RequestOf<typeof getVersion>): Promise<Version> {
    return this.datasets.getVersion(request);
  }
}

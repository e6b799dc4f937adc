import { Injectable } from '@nestjs/common';
import type { Fault } from '@sluice/contracts/fault';
import type { Method } from '@sluice/contracts/registry/apis';
import { fault } from '../rules/api-rules';
import type { Served } from '../stores/api-doc';
import { Datasets } from './datasets';

/** The source that an API is to serve. */
export interface Source {
  datasetId: string;
  version: number | null;
  method: Method;
  active: boolean;
}

/** Checks what an API is to serve, against the dataset as catalogue knows it now. */
@Injectable()
export class SourceChecks {
  constructor(private readonly datasets: Datasets) {}

  /** Finds what the API would serve right now (null: nothing yet), and the faults of dataset, version and activation. */
  async check(source: Source): Promise<{ served: Served | null; faults: Fault[] }> {
    const { datasetId, version } = source;
    const faults: Fault[] = [];
    if (source.method === 'POST' && version !== null)
      faults.push(
        fault('/version', 'version_not_allowed', 'A POST API adds rows to the latest version: it cannot be pinned'),
      );
    const dataset = await this.datasets.find(datasetId);
    if (!dataset)
      return {
        served: null,
        faults: [...faults, fault('/datasetId', 'dataset_not_found', 'There is no such dataset')],
      };
    const served = await this.datasets.findVersion(datasetId, version ?? undefined);
    const latest = dataset.latestVersion;
    if (!served && version !== null)
      faults.push({
        ...fault('/version', 'version_not_found', `The dataset has no version ${version}`),
        hint: latest === null ? 'It has no version yet' : `Its latest version is ${latest}`,
      });
    else if (!served && source.method === 'POST')
      faults.push({
        ...fault('/datasetId', 'dataset_empty', 'The dataset has no version yet, so that no fields are known to send'),
        hint: 'Import a first file, be it one with a single row',
      });
    else if (!served && source.active)
      faults.push({
        ...fault('/active', 'dataset_empty', 'The dataset has no version yet, so that there is nothing to serve'),
        hint: 'Import a file into it first',
      });
    return { served, faults };
  }
}

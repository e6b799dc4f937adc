import type { Version } from '@sluice/contracts/datasets';
import type { Field } from '@sluice/contracts/fields';
import type { Route } from '@sluice/contracts/routes';
import type { Snapshot } from '@sluice/contracts/rows';

/** What pages can be read from: an API, or a dataset version that a publisher looks into. */
export interface RowSource {
  /** Cursors are bound to it. */
  id: string;
  /** Where its pages are, relative to the host. */
  address: string;
  api: string | null;
  datasetId: string;
  version: number;
  snapshot: Snapshot;
  fields: Field[];
}

export function sourceOfRoute({ apiId, path, slug, datasetId, version, snapshot, fields }: Route): RowSource {
  return { id: apiId, address: `/api/${path}`, api: slug, datasetId, version, snapshot, fields };
}

export function sourceOfVersion({ id, datasetId, number, fields }: Version): RowSource {
  const address = `/manage/v1/datasets/${datasetId}/versions/${number}/rows`;
  return { id, address, api: null, datasetId, version: number, snapshot: { versionId: id, seq: 0 }, fields };
}

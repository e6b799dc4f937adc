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

const sources = new WeakMap<Route, RowSource>();

/** One and the same for one state of an API, so that what is known of it can be kept with it. */
export function sourceOfRoute(route: Route): RowSource {
  const known = sources.get(route);
  if (known) return known;
  const { apiId, path, slug, datasetId, version, snapshot, fields } = route;
  const source = { id: apiId, address: `/api/${path}`, api: slug, datasetId, version, snapshot, fields };
  sources.set(route, source);
  return source;
}

export function sourceOfVersion({ id, datasetId, number, fields }: Version): RowSource {
  const address = `/manage/v1/datasets/${datasetId}/versions/${number}/rows`;
  return { id, address, api: null, datasetId, version: number, snapshot: { versionId: id, seq: 0 }, fields };
}

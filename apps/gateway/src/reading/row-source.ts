import type { Version } from '@sluice/contracts/catalogue/datasets';
import type { Field } from '@sluice/contracts/fields';
import type { Route } from '@sluice/contracts/registry/routes';
import type { Snapshot } from '@sluice/contracts/snapshot';
import { viewOf } from '@sluice/query/exposing/api-view';
import { openView, type View } from '@sluice/query/views/view';
import { remembered } from '@sluice/runtime/remembered';

/** A point in time as it is compared, and as HTTP writes it (RFC 9110 section 5.6.7). */
export interface Moment {
  wallMs: number;
  text: string;
}

/** A source of pages: an API, or a dataset version that a publisher looks into. */
export interface RowSource {
  /** Cursors are bound to it. */
  id: string;
  /** The address of its pages, relative to the host. */
  address: string;
  api: string | null;
  datasetId: string;
  version: number;
  /** The number of the commit that published the version; null where that is not known here. */
  firstCommit: number | null;
  snapshot: Snapshot;
  fields: Field[];
  /** How much of the dataset's history may be asked for: all up to its version, its version alone, that up to its snapshot, or nothing. */
  history: 'all' | 'version' | 'snapshot' | 'none';
  /** The moment since which its answers are as they are; null where that is not known. */
  modifiedAt: Moment | null;
  /** Makes the view of a version with these fields: the source's own, or those of an older one in which a cursor goes on. */
  viewOf(fields: Field[]): View;
}

/** Gives the source of an API's route; the same object for one state of the API, so that caches can hang on it. */
export const sourceOfRoute = remembered((route: Route): RowSource => {
  const { apiId, path, slug, datasetId, version, firstCommit, snapshot, fields, pinned, settings } = route;
  return {
    id: apiId,
    address: `/api/${path}`,
    api: slug,
    datasetId,
    version,
    firstCommit,
    snapshot,
    fields,
    history: !settings.history ? 'none' : pinned ? 'snapshot' : 'all',
    modifiedAt: route.modifiedAt === null ? null : momentOf(new Date(route.modifiedAt)),
    viewOf: remembered((theirs) => viewOf(settings, theirs)),
  };
});

function momentOf(date: Date): Moment {
  return { wallMs: date.getTime(), text: date.toUTCString() };
}

/** Gives the view that consumers of an API have of the version it serves. */
export function viewOfRoute(route: Route): View {
  return sourceOfRoute(route).viewOf(route.fields);
}

/** Gives the source of a version as it is in a snapshot, for publishers who look into it. */
export function sourceOfVersion(
  { id, datasetId, number, firstCommit, fields }: Version,
  snapshot: Snapshot,
): RowSource {
  return {
    id,
    address: `/manage/v1/datasets/${datasetId}/versions/${number}/rows`,
    api: null,
    datasetId,
    version: number,
    firstCommit,
    snapshot,
    fields,
    history: 'version',
    modifiedAt: null,
    viewOf: remembered(openView),
  };
}

import type { Version } from '@sluice/contracts/catalogue/datasets';
import type { Snapshot } from '@sluice/contracts/catalogue/rows';
import type { Field } from '@sluice/contracts/fields';
import type { Route } from '@sluice/contracts/registry/routes';
import { viewOf } from '@sluice/query/exposing/api-view';
import { openView, type View } from '@sluice/query/views/view';

/** A point in time as it is compared, and as HTTP writes it (RFC 9110 section 5.6.7). */
export interface Moment {
  wallMs: number;
  text: string;
}

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
  /** From when on its answers are as they are; null where that is not known. */
  modifiedAt: Moment | null;
  /** What may be seen of a version with these fields: its own, or those of an older one in which a cursor goes on. */
  viewOf(fields: Field[]): View;
}

const sources = new WeakMap<Route, RowSource>();

/** One and the same for one state of an API, so that what is known of it can be kept with it. */
export function sourceOfRoute(route: Route): RowSource {
  const known = sources.get(route);
  if (known) return known;
  const { apiId, path, slug, datasetId, version, snapshot, fields, settings } = route;
  const source: RowSource = {
    id: apiId,
    address: `/api/${path}`,
    api: slug,
    datasetId,
    version,
    snapshot,
    fields,
    modifiedAt: route.modifiedAt === null ? null : momentOf(new Date(route.modifiedAt)),
    viewOf: once((theirs) => viewOf(settings, theirs)),
  };
  sources.set(route, source);
  return source;
}

function momentOf(date: Date): Moment {
  return { wallMs: date.getTime(), text: date.toUTCString() };
}

/** What consumers of the API see of the version that it serves. */
export function viewOfRoute(route: Route): View {
  return sourceOfRoute(route).viewOf(route.fields);
}

export function sourceOfVersion({ id, datasetId, number, fields }: Version): RowSource {
  return {
    id,
    address: `/manage/v1/datasets/${datasetId}/versions/${number}/rows`,
    api: null,
    datasetId,
    version: number,
    snapshot: { versionId: id, seq: 0 },
    fields,
    modifiedAt: null,
    viewOf: once(openView),
  };
}

function once(make: (fields: Field[]) => View): (fields: Field[]) => View {
  const views = new WeakMap<Field[], View>();
  return (fields) => {
    const view = views.get(fields) ?? make(fields);
    views.set(fields, view);
    return view;
  };
}

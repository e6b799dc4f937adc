import type { Api } from '@sluice/contracts/registry/apis';
import type { BareRoute, Route } from '@sluice/contracts/registry/routes';
import type { Snapshot } from '@sluice/contracts/snapshot';
import { endpointOf } from '@sluice/query/exposing/endpoint';
import { type ApiDoc, type Served, settingsOf } from '../stores/api-doc';

/** The API as publishers see it. */
export function apiOf(doc: ApiDoc, publicUrl: URL): Api {
  return {
    id: doc._id,
    slug: doc.slug,
    name: doc.name,
    description: doc.description,
    datasetId: doc.datasetId,
    version: doc.version,
    pinnedSnapshot: doc.version !== null && doc.served ? snapshotOf(doc.served) : null,
    method: doc.method,
    domain: doc.domain,
    path: doc.path,
    active: doc.active,
    listed: doc.listed ?? false,
    endpoint: doc.firstActiveAt && endpointOf(publicUrl, doc),
    tokenIds: doc.tokenIds,
    ...settingsOf(doc),
    contractFaults: doc.contractFaults ?? [],
    createdAt: doc.createdAt.toISOString(),
    revision: doc.revision,
  };
}

/** The API as gateways see it; null while there is nothing to serve. */
export function routeOf(doc: ApiDoc): Route | null {
  const bare = bareRouteOf(doc);
  return bare && doc.served && { ...bare, fields: doc.served.fields };
}

/** The same without the fields. */
export function bareRouteOf(doc: ApiDoc): BareRoute | null {
  if (!doc.served || doc.deletedAt) return null;
  return {
    apiId: doc._id,
    slug: doc.slug,
    name: doc.name,
    description: doc.description,
    domain: doc.domain,
    path: doc.path,
    method: doc.method,
    active: doc.active,
    listed: doc.listed ?? false,
    tokenIds: doc.tokenIds,
    datasetId: doc.datasetId,
    version: doc.served.number,
    firstCommit: doc.served.firstCommit ?? null,
    snapshot: snapshotOf(doc.served),
    pinned: doc.version !== null,
    modifiedAt: doc.modifiedAt?.toISOString() ?? null,
    settings: settingsOf(doc),
    revision: doc.revision,
  };
}

function snapshotOf({ versionId, seq }: Served): Snapshot {
  return { versionId, seq };
}

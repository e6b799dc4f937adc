import { openSettings } from '@sluice/contracts/registry/api-settings';
import type { Route } from '@sluice/contracts/registry/routes';

/** An API of a test, called by its id. */
export function routeOf(id: string, revision: number, active = true): Route {
  return {
    apiId: `api_${id.padStart(26, '0')}`,
    slug: id,
    name: id,
    description: '',
    domain: null,
    path: id,
    method: 'GET',
    active,
    listed: false,
    tokenIds: [],
    datasetId: `ds_${'0'.repeat(26)}`,
    version: 1,
    firstCommit: 1,
    snapshot: { versionId: `ver_${'0'.repeat(26)}`, seq: 0 },
    pinned: false,
    modifiedAt: null,
    fields: [],
    settings: openSettings,
    revision,
  };
}

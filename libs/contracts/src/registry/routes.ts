import { z } from 'zod';
import { contract, event } from '../contract';
import { Field } from '../fields';
import { ApiId, DatasetId, TokenId, VersionId } from '../ids';
import { Timestamp } from '../page';
import { Snapshot } from '../snapshot';
import { ApiSettings } from './api-settings';
import { Method } from './apis';

/** An API as gateways know it: all they need to answer a data request without asking registry. */
export const Route = z.object({
  apiId: ApiId,
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  domain: z.string().nullable(),
  path: z.string(),
  method: Method,
  active: z.boolean(),
  /** Whether everybody may read what describes it, without a token. */
  listed: z.boolean().default(false),
  tokenIds: z.array(TokenId),
  datasetId: DatasetId,
  version: z.int(),
  /** The number of the commit that published the version; null where an earlier release stored the API. */
  firstCommit: z.int().nullable().default(null),
  /** The snapshot to begin with: gateways go on from it as rows are added to the version, unless the API is pinned. */
  snapshot: Snapshot,
  pinned: z.boolean(),
  /**
   * From when on it answers as it does: a whole second, later with each change of its version or its settings, at first
   * up to a second ahead of the clock. Null for an API that an earlier release stored.
   */
  modifiedAt: Timestamp.nullable(),
  fields: z.array(Field),
  settings: ApiSettings,
  revision: z.int(),
});
export type Route = z.infer<typeof Route>;

/** The change numbered `rev` concerns one API; `route` is null when it was deleted or has nothing to serve. */
export const routeChanged = event({
  subject: 'registry.apis.changed',
  payload: z.object({ rev: z.int(), apiId: ApiId, route: Route.nullable() }),
});

/** Every 500 ms from every replica: the number of the last change, read from MongoDB in the same tick. */
export const registryHeartbeat = event({
  subject: 'registry.replicas.beat',
  payload: z.object({ rev: z.int() }),
});

/** A route without its fields, which many routes have in common. */
export const BareRoute = Route.omit({ fields: true });
export type BareRoute = z.infer<typeof BareRoute>;

/**
 * The table in pages, or what of it is otherwise since the change numbered `since`. `rev` was read before the page, so that
 * every change up to it is in what follows. `whole` tells that everything comes: nothing was said of `since`, or what
 * was told since then may not be what the database holds. `fields` has those of each version that the page's routes serve;
 * `removed`, the APIs that are gone or serve nothing. A route may be the same as before.
 */
export const listRoutes = contract({
  subject: 'registry.routes.list',
  isRead: true,
  request: z.object({
    limit: z.int().min(1).max(500).default(500),
    since: z.int().min(0).optional(),
    cursor: ApiId.optional(),
  }),
  reply: z.object({
    rev: z.int(),
    whole: z.boolean(),
    routes: z.array(BareRoute),
    removed: z.array(ApiId),
    fields: z.record(VersionId, z.array(Field)),
    nextCursor: ApiId.nullable(),
  }),
  errors: [],
});

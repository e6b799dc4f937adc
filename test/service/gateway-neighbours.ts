import {
  Controller,
  type DynamicModule,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { catalogueHeartbeat } from '@sluice/contracts/catalogue/catalogue-events';
import { EXPORT_TAIL_BYTES, exportRows } from '@sluice/contracts/catalogue/row-formats';
import { readRows } from '@sluice/contracts/catalogue/rows';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import type { Field } from '@sluice/contracts/fields';
import { type ApiSettings, openSettings } from '@sluice/contracts/registry/api-settings';
import { listRoutes, type Route, registryHeartbeat, routeChanged } from '@sluice/contracts/registry/routes';
import {
  type AdminVerdict,
  adminsChanged,
  adminsHeartbeat,
  verifyAdminKey,
  verifySession,
} from '@sluice/contracts/tokens/admin-verdicts';
import { Role } from '@sluice/contracts/tokens/admins';
import { signIn, signOut } from '@sluice/contracts/tokens/sessions';
import { getCursorKey, tokensHeartbeat, type Verdict, verifyToken } from '@sluice/contracts/tokens/tokens';
import { Events } from '@sluice/messaging/events';
import { type Answer, Handles } from '@sluice/messaging/handles';
import { MessagingModule } from '@sluice/messaging/messaging.module';
import { refuse } from '@sluice/messaging/service-error';
import { HealthModule } from '@sluice/runtime/health.module';
import { newId } from '@sluice/runtime/ids';
import { newSecret } from '@sluice/runtime/new-secret';
import { hashSecret } from '@sluice/runtime/secret-format';
import { startService } from './local-service';
import { StubCatalogue } from './stub-catalogue';

/** Often, so that a gateway of a test is ready at once. */
const BEAT_MS = 100;
const DAY_MS = 24 * 3_600_000;
/** Gateways seal with it. */
export const INSTALLATION_KEY = Buffer.alloc(32, 7);

const routes = new Map<string, Route>();
const tokens = new Map<string, Verdict>();
const keys = new Map<string, AdminVerdict>();
const sessions = new Map<string, AdminVerdict>();
const tables = new Map<string, readonly object[]>();
/** Versions whose pages wait for a promise. */
const held = new Map<string, Promise<void>>();
/** Those of them of which a page was asked for. */
const reached = new Set<string>();
/** Versions whose exports have no end. */
const endless = new Set<string>();
/** What is left of the day in which names of the release before count. */
const olderNamesMs = DAY_MS;
/** Numbers of the last change of a route, and of an admin or a session. */
let rev = 0;
let adminRev = 0;
let events: Events;

/** Registry, tokens and catalogue as the gateway sees them, with the content that a test gives them. */
@Controller()
class NeighboursController implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer?: NodeJS.Timeout;

  constructor(told: Events) {
    events = told;
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      events.publish(registryHeartbeat, { rev });
      events.publish(tokensHeartbeat, { rev: 0 });
      events.publish(adminsHeartbeat, { rev: adminRev });
      events.publish(catalogueHeartbeat, { rev: 0 });
    }, BEAT_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  @Handles(listRoutes)
  async listRoutes(): Promise<ReplyOf<typeof listRoutes>> {
    const fields = Object.fromEntries([...routes.values()].map((route) => [route.snapshot.versionId, route.fields]));
    const bare = [...routes.values()].map(({ fields: _, ...route }) => route);
    return { rev, whole: true, routes: bare, removed: [], fields, nextCursor: null };
  }

  @Handles(verifyToken)
  async verifyToken({ secretHash }: RequestOf<typeof verifyToken>): Promise<Verdict> {
    const verdict = tokens.get(secretHash);
    if (!verdict) throw refuse(verifyToken, 'token_unknown');
    return verdict;
  }

  @Handles(verifyAdminKey)
  async verifyAdminKey({ secretHash }: RequestOf<typeof verifyAdminKey>): Promise<AdminVerdict> {
    const verdict = keys.get(secretHash);
    if (!verdict) throw refuse(verifyAdminKey, 'token_unknown');
    return { ...verdict, asOf: adminRev };
  }

  @Handles(verifySession)
  async verifySession({ secretHash }: RequestOf<typeof verifySession>): Promise<AdminVerdict> {
    const verdict = sessions.get(secretHash);
    if (!verdict) throw refuse(verifySession, 'token_revoked');
    return { ...verdict, asOf: adminRev };
  }

  @Handles(signIn)
  async signIn(request: RequestOf<typeof signIn>): Promise<ReplyOf<typeof signIn>> {
    if (!('email' in request)) throw refuse(signIn, 'sign_in_failed');
    const { success, data: role } = Role.safeParse(request.email.split('@')[0]);
    return startSession(success ? role : 'viewer', request.email);
  }

  @Handles(signOut)
  async signOut({ sessionId }: RequestOf<typeof signOut>): Promise<ReplyOf<typeof signOut>> {
    for (const [hash, { id }] of sessions) if (id === sessionId) sessions.delete(hash);
    events.publish(adminsChanged, { rev: ++adminRev });
    return {};
  }

  @Handles(getCursorKey)
  async getCursorKey(): Promise<ReplyOf<typeof getCursorKey>> {
    return { key: INSTALLATION_KEY.toString('base64'), others: [], olderNamesMs };
  }

  /** Gives the first rows whatever is asked for: what a query means is the catalogue's. */
  @Handles(readRows)
  async readRows({ snapshot, limit }: RequestOf<typeof readRows>): Promise<Answer<typeof readRows>> {
    if (held.has(snapshot.versionId)) reached.add(snapshot.versionId);
    await held.get(snapshot.versionId);
    const rows = tables.get(snapshot.versionId) ?? [];
    const page = rows.slice(0, limit);
    const head = { returned: page.length, hasMore: false, nextKey: null, total: rows.length };
    return { head, bytes: Buffer.from(JSON.stringify(page)) };
  }

  /** Gives all rows, again and again where the test asked for that and the query has no condition. */
  @Handles(exportRows)
  async exportRows({ snapshot, filter }: RequestOf<typeof exportRows>): Promise<Answer<typeof exportRows>> {
    const rows = tables.get(snapshot.versionId) ?? [];
    const document = Buffer.from(JSON.stringify(rows));
    if (endless.has(snapshot.versionId) && !filter) return { head: {}, bytes: repeat(document) };
    const tail = Buffer.alloc(EXPORT_TAIL_BYTES);
    tail.writeBigUInt64LE(BigInt(rows.length));
    return { head: {}, bytes: Buffer.concat([document, tail]) };
  }
}

async function* repeat(document: Uint8Array): AsyncGenerator<Uint8Array> {
  for (;;) yield document;
}

@Module({})
class NeighboursModule {
  static with(natsUrl: string): DynamicModule {
    return {
      module: NeighboursModule,
      imports: [HealthModule, MessagingModule.forService({ service: 'neighbours', servers: [natsUrl] })],
      controllers: [NeighboursController, StubCatalogue],
    };
  }
}

export function startNeighbours(natsUrl: string): Promise<NestFastifyApplication> {
  return startService(NeighboursModule.with(natsUrl));
}

/** A live API over these rows of one integer field, and a secret that opens it. */
export function addApi(path: string, rows: readonly object[], settings: Partial<ApiSettings> = {}): ApiOfATest {
  const secret = newSecret('slc');
  const tokenId = newId('tok');
  const versionId = newId('ver');
  const field: Field = {
    name: 'id',
    label: 'id',
    type: 'integer',
    nullable: false,
    min: null,
    max: null,
    distinct: null,
  };
  const api: Route = {
    apiId: newId('api'),
    slug: path,
    name: path,
    description: '',
    domain: null,
    path,
    method: 'GET',
    active: true,
    listed: false,
    tokenIds: [tokenId],
    datasetId: newId('ds'),
    version: 1,
    firstCommit: 1,
    snapshot: { versionId, seq: 0 },
    pinned: true,
    modifiedAt: null,
    fields: [field],
    settings: { ...openSettings, ...settings },
    revision: 1,
  };
  tables.set(versionId, rows);
  tokens.set(hashSecret(secret), { id: tokenId, remainingMs: null, asOf: 0 });
  changeApi(api);
  return { route: api, secret };
}

export interface ApiOfATest {
  route: Route;
  secret: string;
}

/** Puts an API in the place of the one with its id, and tells the gateway so. */
export function changeApi(route: Route): void {
  routes.set(route.apiId, route);
  rev++;
  events.publish(routeChanged, { rev, apiId: route.apiId, route });
}

/** Lets exports of all rows of the API go on until their reader leaves. */
export function exportForEver({ route }: ApiOfATest): void {
  endless.add(route.snapshot.versionId);
}

/** Keeps every page of the API waiting, until the result is called. */
export function holdPages({ route }: ApiOfATest): () => void {
  const { versionId } = route.snapshot;
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  held.set(versionId, promise);
  return () => {
    held.delete(versionId);
    resolve();
  };
}

/** Tells whether a page of the API was asked for while pages were held. */
export function isPageHeld({ route }: ApiOfATest): boolean {
  return reached.has(route.snapshot.versionId);
}

/** A secret that opens the API besides those that it has. */
export function addToken(api: ApiOfATest): string {
  const secret = newSecret('slc');
  const id = newId('tok');
  tokens.set(hashSecret(secret), { id, remainingMs: null, asOf: 0 });
  api.route.tokenIds.push(id);
  changeApi(api.route);
  return secret;
}

export function addAdminKey(role: Role = 'owner'): string {
  const secret = newSecret('sla');
  keys.set(hashSecret(secret), { id: newId('key'), adminId: null, name: 'a key', role, remainingMs: null, asOf: 0 });
  return secret;
}

/** Takes an admin key back; the event that tells so may get lost. */
export function removeAdminKey(secret: string, isTold = true): void {
  keys.delete(hashSecret(secret));
  adminRev++;
  if (isTold) events.publish(adminsChanged, { rev: adminRev });
}

/** Somebody who has just signed in. */
function startSession(role: Role, email = `${role}@example.com`): ReplyOf<typeof signIn> {
  const secret = newSecret('sls');
  const adminId = newId('adm');
  const until = new Date(Date.now() + DAY_MS).toISOString();
  sessions.set(hashSecret(secret), {
    id: newId('ses'),
    adminId,
    name: email,
    role,
    remainingMs: DAY_MS,
    asOf: adminRev,
  });
  const session = { admin: { id: adminId, name: email, email, role }, idleExpiresAt: until, expiresAt: until };
  return { session, secret, browser: `${newId('brw')}.${adminId}.seal` };
}

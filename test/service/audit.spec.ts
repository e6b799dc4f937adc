import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type AuditAction, auditActions } from '@sluice/contracts/audit';
import {
  createDataset,
  deleteDataset,
  deleteVersion,
  markDatasetDeleting,
  markVersionDeleting,
  updateDataset,
} from '@sluice/contracts/catalogue/datasets';
import { getImport, startImport } from '@sluice/contracts/catalogue/imports';
import type { Contract, ReplyOf, RequestInput } from '@sluice/contracts/contract';
import {
  assignToken,
  createApi,
  deleteApi,
  setApiActive,
  unassignToken,
  updateApi,
} from '@sluice/contracts/registry/apis';
import { createDomain, deleteDomain } from '@sluice/contracts/registry/domains';
import {
  claimFirstAdminKey,
  createAdminKey,
  inviteAdmin,
  removeAdmin,
  revokeAdminKey,
  updateAdmin,
} from '@sluice/contracts/tokens/admins';
import { endLink, lendToken } from '@sluice/contracts/tokens/links';
import {
  changePassword,
  completeSetup,
  createPasswordLink,
  createSetupLink,
  resetPassword,
  signIn,
  signOut,
} from '@sluice/contracts/tokens/sessions';
import { issueToken, revokeToken, rotateToken, updateToken } from '@sluice/contracts/tokens/tokens';
import { sendStream } from '@sluice/messaging/stream-sender';
import { newId } from '@sluice/runtime/ids';
import { requestScope } from '@sluice/runtime/request-scope';
import { hashSecret } from '@sluice/runtime/secret-format';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { mongo } from 'mongoose';
import { CatalogueModule } from '../../apps/catalogue/src/catalogue.module';
import { CatalogueConfig } from '../../apps/catalogue/src/config/catalogue-config';
import { RegistryConfig } from '../../apps/registry/src/config/registry-config';
import { RegistryModule } from '../../apps/registry/src/registry.module';
import { TokensConfig } from '../../apps/tokens/src/config/tokens-config';
import { TokensModule } from '../../apps/tokens/src/tokens.module';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { converter } from './catalogue-replicas';
import { type Caller, startCaller, startService } from './local-service';

const PASSWORD = 'correct horse battery staple';
const NEXT_PASSWORD = 'correct horse battery staple 2';
const address = '192.0.2.1';
const editor = { id: newId('adm'), name: 'Ottó', kind: 'admin', address: '2001:db8::7' } as const;
const databases = ['sluice_tokens', 'sluice_registry', 'sluice_catalogue'];

describe('every change of what is managed', () => {
  let nats: TestEngine;
  let mongodb: TestEngine;
  let caller: Caller;
  let services: NestFastifyApplication[];
  let client: mongo.MongoClient;
  let cacheDir: string;
  const secrets: string[] = [PASSWORD, NEXT_PASSWORD];
  const recorded = new Set<AuditAction>();

  beforeAll(async () => {
    [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    cacheDir = await mkdtemp(join(tmpdir(), 'sluice-audit-'));
    caller = await startCaller(nats.url);
    const env = { NATS_URL: nats.url, MONGO_URL: mongodb.url, LOG_LEVEL: 'silent' };
    const registry = { ...env, SLUICE_PUBLIC_URL: 'https://data.example.com' };
    services = await Promise.all([
      startService(TokensModule.with(TokensConfig.parse(env))),
      startService(RegistryModule.with(RegistryConfig.parse(registry))),
      startService(
        CatalogueModule.with(
          CatalogueConfig.parse({ ...env, SLUICE_CACHE_DIR: cacheDir, SLUICE_CONVERTER: converter }),
        ),
      ),
    ]);
    client = new mongo.MongoClient(mongodb.url);
  });

  afterAll(async () => {
    await client?.close();
    await caller?.close();
    await Promise.all((services ?? []).map((service) => service.close()));
    await Promise.all([nats?.stop(), mongodb?.stop()]);
    await rm(cacheDir, { recursive: true, force: true });
  });

  const logOf = (database: string) => client.db(database).collection<AuditEntryDoc>('audit');
  const entriesOf = async (requestId: string) =>
    (await Promise.all(databases.map((name) => logOf(name).find({ requestId }).toArray()))).flat();

  /** Asks for one change and expects its entries, and no other, to be there with the answer. */
  async function change<C extends Contract>(
    actions: AuditAction[],
    contract: C,
    request: RequestInput<C>,
    actor: AuditEntryDoc['actor'] | null = editor,
  ): Promise<{ reply: ReplyOf<C>; entries: AuditEntryDoc[] }> {
    const requestId = newId('req');
    const ask = () => caller.services.request(contract as Contract, request);
    const reply = (await requestScope.run({ requestId, actor: actor ?? undefined }, ask)) as ReplyOf<C>;
    const entries = await entriesOf(requestId);
    expect(entries.map(({ action }) => action).sort()).toEqual([...actions].sort());
    for (const { action, outcome } of entries) {
      recorded.add(action);
      expect(outcome).toBe('success');
    }
    if (actor) for (const entry of entries) expect(entry.actor).toEqual(actor);
    return { reply, entries };
  }

  const parsed = (entry: AuditEntryDoc | undefined) => ({
    before: JSON.parse(entry?.before ?? 'null'),
    after: JSON.parse(entry?.after ?? 'null'),
  });

  test('of access tokens', async () => {
    const issued = await change(['token.issued'], issueToken, { name: 'Token' });
    secrets.push(issued.reply.secret);
    const { id: tokenId, revision } = issued.reply.token;
    expect(issued.entries[0]?.resource).toEqual({ type: 'token', id: tokenId, name: 'Token' });
    const updated = await change(['token.updated'], updateToken, { tokenId, revision, description: 'for Bo' });
    expect(parsed(updated.entries[0])).toEqual({ before: { description: '' }, after: { description: 'for Bo' } });
    const rotated = await change(['token.rotated'], rotateToken, { tokenId, graceSeconds: 60 });
    secrets.push(rotated.reply.secret);
    const link = { apiId: newId('api'), format: 'csv', expiresAt: '2031-01-01T00:00:00.000Z' } as const;
    const lent = await change(['token.updated'], lendToken, { tokenId, link });
    const { secretHash, linkId } = lent.reply;
    expect(secretHash).toBe(hashSecret(rotated.reply.secret));
    const noted = { id: linkId, ...link, query: '', latest: false };
    expect(parsed(lent.entries[0])).toEqual({ before: {}, after: { link: noted } });
    const ended = await change(['token.updated'], endLink, { tokenId, linkId });
    expect(parsed(ended.entries[0])).toEqual({ before: { link: noted }, after: {} });
    await change([], endLink, { tokenId, linkId });
    const revoked = await change(['token.revoked'], revokeToken, { tokenId });
    expect(parsed(revoked.entries[0])).toMatchObject({ before: { state: 'active' }, after: { state: 'revoked' } });
    await change([], revokeToken, { tokenId });
    await expect(caller.services.request(lendToken, { tokenId, link })).rejects.toMatchObject({
      code: 'invalid_request',
      faults: [{ pointer: '/tokenId', detail: 'The token is revoked: choose another one' }],
    });
  });

  test('of people, their keys and sessions', async () => {
    const { reply: link } = await change(['setup-link.created'], createSetupLink, {});
    const person = { name: 'Olga', email: 'olga@example.com', password: PASSWORD, address };
    const owner = await change(
      ['admin.created', 'session.started'],
      completeSetup,
      { ...person, secretHash: hashSecret(link.secret) },
      null,
    );
    const ownerId = owner.reply.session.admin.id ?? '';
    const herself = { id: ownerId, name: 'Olga', kind: 'admin', address };
    for (const entry of owner.entries) expect(entry.actor).toEqual(herself);

    const guest = { email: 'bo@example.com', name: 'Bo', role: 'viewer' } as const;
    const invited = await change(['admin.invited'], inviteAdmin, guest);
    const { id: adminId } = invited.reply.admin;
    const again = await change(['admin.invited'], inviteAdmin, { ...guest, role: 'editor' });
    expect(parsed(again.entries[0])).toEqual({ before: { role: 'viewer' }, after: { role: 'editor' } });
    const accepted = { ...person, name: 'Bo', email: guest.email, secretHash: hashSecret(again.reply.secret) };
    const joined = await change(['admin.joined', 'session.started'], completeSetup, accepted, null);
    expect(joined.entries.map(({ actor }) => actor.id)).toEqual([adminId, adminId]);
    const revision = again.reply.admin.revision + 1;
    const updated = await change(['admin.updated'], updateAdmin, { adminId, revision, role: 'owner' });
    expect(parsed(updated.entries[0])).toEqual({ before: { role: 'editor' }, after: { role: 'owner' } });

    const key = await change(['admin-key.created'], createAdminKey, { adminId, name: 'deploy' });
    const keyHash = hashSecret(key.reply.secret);
    await change(['session.started'], signIn, { keyHash, address }, null);
    await change(['admin-key.revoked'], revokeAdminKey, { adminId, keyId: key.reply.key.id });
    await change([], revokeAdminKey, { adminId, keyId: key.reply.key.id });

    const { email } = guest;
    const session = await change(['session.started'], signIn, { email, password: PASSWORD, address }, null);
    const sessionId = session.entries[0]?.resource.id ?? '';
    const passwords = { current: PASSWORD, next: NEXT_PASSWORD };
    await change(['admin.password-changed'], changePassword, { ...passwords, sessionId, address });
    await change(['session.ended'], signOut, { sessionId });
    await change([], signOut, { sessionId });
    const offered = await change(['admin.password-link-created'], createPasswordLink, { adminId });
    const reset = await change(
      ['admin.password-changed', 'session.started'],
      resetPassword,
      { email, password: PASSWORD, address, secretHash: hashSecret(offered.reply.secret) },
      null,
    );
    expect(reset.entries.map(({ actor }) => actor.id)).toEqual([adminId, adminId]);
    secrets.push(offered.reply.secret, reset.reply.secret);
    await change(['admin.removed'], removeAdmin, { adminId });
    secrets.push(link.secret, invited.reply.secret, again.reply.secret, key.reply.secret, session.reply.secret);
    secrets.push(owner.reply.secret, joined.reply.secret);
  });

  test('of the installation itself', async () => {
    await client.db('sluice_tokens').collection('adminKeys').deleteMany({});
    const requestId = newId('req');
    const claim = () => caller.services.request(claimFirstAdminKey, {});
    secrets.push((await requestScope.run({ requestId }, claim)).secret);
    expect(await entriesOf(requestId)).toMatchObject([{ action: 'admin-key.created', actor: { kind: 'system' } }]);
    const own = await logOf('sluice_registry').find({ requestId: 'none' }).toArray();
    expect(own).toMatchObject([{ action: 'domain.created', resource: { id: 'data.example.com' } }]);
  });

  test('of datasets, versions, APIs and domains', async () => {
    const made = await change(['dataset.created'], createDataset, { name: 'Rain' });
    const { id: datasetId, revision } = made.reply;
    await change(['dataset.updated'], updateDataset, { datasetId, revision, name: 'Rainfall' });
    const published = await upload(datasetId, 'a,b\n1,2\n');
    expect(published).toMatchObject([{ action: 'dataset.version-published', outcome: 'success', actor: editor }]);
    expect(parsed(published[0]).after).toMatchObject({ version: 1, rowCount: 1 });
    const refused = await upload(datasetId, 'a,b\n1,"2\n');
    expect(refused).toMatchObject([{ action: 'dataset.version-published', outcome: 'failure', actor: editor }]);
    recorded.add('dataset.version-published');

    const api = await change(['api.created'], createApi, { name: 'Rain', datasetId });
    const { id: apiId } = api.reply;
    const updated = await change(['api.updated'], updateApi, {
      apiId,
      revision: 1,
      cors: { origins: [] },
      path: 'wet',
    });
    expect(parsed(updated.entries[0])).toMatchObject({ before: { path: 'rain' }, after: { path: 'wet' } });
    await change(['api.activated'], setApiActive, { apiId, active: true });
    await change([], setApiActive, { apiId, active: true });
    await change(['api.deactivated'], setApiActive, { apiId, active: false });
    const { reply } = await change(['token.issued'], issueToken, { name: 'Reader' });
    const { id: tokenId } = reply.token;
    await change(['api.token-assigned'], assignToken, { apiId, tokenId });
    await change([], assignToken, { apiId, tokenId });
    await change(['api.token-unassigned'], unassignToken, { apiId, tokenId });
    await change([], unassignToken, { apiId, tokenId });
    await change(['api.deleted'], deleteApi, { apiId });
    expect(await client.db('sluice_registry').collection('apis').countDocuments()).toBe(0);

    await change(['domain.created'], createDomain, { name: 'rain.example.com' });
    await change(['domain.deleted'], deleteDomain, { name: 'rain.example.com' });
    expect(await client.db('sluice_registry').collection('domains').countDocuments()).toBe(1);
    await upload(datasetId, 'a,b\n3,4\n');
    await change([], markVersionDeleting, { datasetId, number: 1 });
    await change(['dataset.version-deleted'], deleteVersion, { datasetId, number: 1 });
    await change([], markDatasetDeleting, { datasetId });
    await change(['dataset.deleted'], deleteDataset, { datasetId });
    expect(await client.db('sluice_catalogue').collection('datasets').countDocuments()).toBe(0);
    secrets.push(reply.secret);
  });

  test('is one that this test makes', () => {
    expect([...recorded].sort()).toEqual([...auditActions].sort());
  });

  test('is recorded without a password, a secret, or the hash of one', async () => {
    const dump = JSON.stringify(await Promise.all(databases.map((name) => logOf(name).find().toArray())));
    expect(secrets.length).toBeGreaterThan(10);
    const found = secrets.filter((secret) => dump.includes(secret) || dump.includes(hashSecret(secret)));
    expect(found).toEqual([]);
    expect(dump).not.toMatch(/argon2|secretHash|passwordHash/i);
  });

  /** The entries of an import, once it is over. */
  async function upload(datasetId: string, text: string): Promise<AuditEntryDoc[]> {
    const requestId = newId('req');
    const start = () => caller.services.request(startImport, { datasetId, format: 'csv' });
    const { import: started, uploadSubject } = await requestScope.run({ requestId, actor: editor }, start);
    await sendStream(caller.bus, uploadSubject, Readable.from([Buffer.from(text)]));
    await waitFor('the end of the import', async () => {
      const { phase } = await caller.services.request(getImport, { importId: started.id });
      return phase === 'done' || phase === 'failed';
    });
    // A failure is told before it is recorded: nothing was changed by it.
    return await waitFor('its entry', async () => {
      const entries = await entriesOf(requestId);
      return entries.length > 0 && entries;
    });
  }
});

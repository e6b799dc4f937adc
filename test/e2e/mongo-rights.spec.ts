import { InstallationDatabases } from '@sluice/backup/installation-databases';
import { makeBackup } from '@sluice/backup/make-backup';
import { restoreBackup } from '@sluice/backup/restore-backup';
import { CONNECTIONS_ROLE, mongoUserNames, rolesOf } from '../../apps/setup/src/mongo/mongo-users';
import { BackupFolder, quietly } from '../support/backups';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { MongoRecorder, type RecordedCommand } from '../support/mongo-recorder';
import { ordersOn } from '../support/orders';
import { Publisher, read, vegaFile } from '../support/publisher';
import { Stack } from '../support/stack';
import { waitFor } from '../support/wait-for';

/** Anybody who has signed in may (MongoDB's manual, "Privilege Actions" and the commands' own pages). */
const FREE = new Set([
  'hello',
  'ismaster',
  'isMaster',
  'ping',
  'endSessions',
  'saslStart',
  'saslContinue',
  'buildInfo',
]);
/** What the role `readWrite` allows on its database (MongoDB's manual, "Built-In Roles"). */
const READ_WRITE = new Set(
  'find getMore killCursors aggregate count distinct insert update delete findAndModify create createIndexes dropIndexes drop listCollections listIndexes collStats dbStats'.split(
    ' ',
  ),
);
/** Stages that read or write other things than the collection of the aggregation. */
const SPECIAL_STAGES = new Set([
  '$currentOp',
  '$listSessions',
  '$out',
  '$merge',
  '$lookup',
  '$unionWith',
  '$graphLookup',
]);

function isAllowed(user: string, { database, command, stages }: RecordedCommand): boolean {
  if (FREE.has(command)) return true;
  const roles = rolesOf(user);
  if (database === 'admin') {
    const seesOthers = roles.some(({ role, db }) => role === CONNECTIONS_ROLE.name && db === 'admin');
    return command === 'aggregate' && stages.join() === '$currentOp' && seesOthers;
  }
  const isOwn = roles.some(({ role, db }) => role === 'readWrite' && db === database);
  return isOwn && READ_WRITE.has(command) && !stages.some((stage) => SPECIAL_STAGES.has(stage));
}

describe('the rights of a user of MongoDB', () => {
  let mongodb: TestEngine;
  let recorder: MongoRecorder;
  let stack: Stack | null = null;
  let folder: BackupFolder;

  beforeAll(async () => {
    mongodb = await startMongo('embedded');
    recorder = await MongoRecorder.start(mongodb.url);
    stack = await Stack.start({ mongoUrl: recorder.url });
    folder = await BackupFolder.make();
  }, 60_000);

  afterAll(async () => {
    await stack?.stop();
    await recorder?.stop();
    await mongodb?.stop();
    await folder?.remove();
  });

  const commandsOf = (user: string) => recorder.commands.filter(({ app }) => app === `sluice-${user}`);
  const beyondRights = (user: string) => {
    const denied = commandsOf(user).filter((command) => !isAllowed(user, command));
    return [...new Set(denied.map(({ database, command, stages }) => [database, command, ...stages].join(' ')))];
  };

  test('cover what its service does: imports, sends, APIs, tokens, accounts and what was revoked', async () => {
    if (!stack) throw new Error('no stack');
    const { url } = stack;
    const publisher = new Publisher(stack);
    const { api, tokenId, secret } = await publisher.publish('Weather', 'csv', await vegaFile('seattle-weather.csv'));
    await waitFor('rows', async () => (await read(url, api.path, secret)).status === 200);
    const orders = await ordersOn(stack, 'Orders')();
    for (let id = 1; id <= 200; id++) {
      const sent = await orders.post(
        { order_id: id, region: 'EU', amount: '1.00', day: '2026-01-01' },
        { 'idempotency-key': `o-${id}` },
      );
      expect(sent.status).toBe(201);
    }
    for (const [method, path] of [
      ['POST', `/tokens/${tokenId}/rotate`],
      ['POST', `/tokens/${tokenId}/revoke`],
      ['DELETE', `/apis/${api.id}`],
      ['DELETE', `/datasets/${api.datasetId}`],
      ['GET', '/audit'],
    ] as const) {
      await publisher.call(method, path);
    }
    for (const service of ['catalogue', 'registry', 'tokens']) {
      const done = new Set(commandsOf(service).map(({ command }) => command));
      for (const command of ['find', 'insert', 'update', 'createIndexes'])
        expect([service, ...done]).toContain(command);
      expect([service, ...beyondRights(service)]).toEqual([service]);
    }
    expect(commandsOf('gateway')).toEqual([]);
  });

  test('cover a backup, and a restore over what is there', async () => {
    await stack?.stop();
    stack = null;
    const databases = await InstallationDatabases.connect(recorder.url, true);
    try {
      const store = await folder.store();
      await makeBackup(databases, store, 'test', quietly);
      await restoreBackup(databases, store, { replace: true }, quietly);
    } finally {
      await databases.close();
    }
    const done = new Set(commandsOf('backup').map(({ command }) => command));
    for (const command of ['find', 'insert', 'drop', 'listCollections']) expect([...done]).toContain(command);
    expect(beyondRights('backup')).toEqual([]);
  });

  test('end at its own database, except for backups', () => {
    for (const user of mongoUserNames) {
      const own = user === 'backup' ? ['catalogue', 'registry', 'tokens'] : [user];
      const databases = rolesOf(user)
        .filter(({ role }) => role === 'readWrite')
        .map(({ db }) => db);
      expect(databases).toEqual(own.map((name) => `sluice_${name}`));
    }
    expect(() => rolesOf('gateway')).toThrow('no user of MongoDB is called gateway');
  });
});

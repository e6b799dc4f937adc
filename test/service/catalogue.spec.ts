import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { catalogueHeartbeat, versionPublished } from '@sluice/contracts/catalogue-events';
import type { PayloadOf, RequestInput } from '@sluice/contracts/contract';
import {
  createDataset,
  deleteDataset,
  getDataset,
  getVersion,
  listDatasets,
  listVersions,
  markDatasetDeleting,
  unmarkDatasetDeleting,
  updateDataset,
} from '@sluice/contracts/datasets';
import { getImport, type Import, type ImportFormat, startImport } from '@sluice/contracts/imports';
import { readRows } from '@sluice/contracts/rows';
import { sendStream } from '@sluice/messaging/stream-sender';
import { newId } from '@sluice/runtime/ids';
import { mongo } from 'mongoose';
import { CatalogueModule } from '../../apps/catalogue/src/catalogue.module';
import { CatalogueConfig } from '../../apps/catalogue/src/config';
import { ImportSweeper } from '../../apps/catalogue/src/imports/import-sweeper';
import { projectRoot } from '../../apps/standalone/src/project-root';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { type Caller, startCaller, startService } from './local-service';

type Source = AsyncIterable<Uint8Array>;
type Options = Omit<RequestInput<typeof startImport>, 'datasetId' | 'format'>;

describe('the catalogue service, two replicas', () => {
  let nats: TestEngine;
  let mongodb: TestEngine;
  let cacheDir: string;
  let caller: Caller;
  let replicas: NestFastifyApplication[];
  let client: mongo.MongoClient;
  let published: PayloadOf<typeof versionPublished>[];
  let beats: PayloadOf<typeof catalogueHeartbeat>[];

  beforeAll(async () => {
    [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    cacheDir = await mkdtemp(join(tmpdir(), 'sluice-catalogue-'));
    caller = await startCaller(nats.url);
    published = await caller.listen(versionPublished);
    beats = await caller.listen(catalogueHeartbeat);
    client = new mongo.MongoClient(mongodb.url);
    replicas = await Promise.all(['a', 'b'].map(startReplica));
  });

  afterAll(async () => {
    await caller?.close();
    await Promise.all((replicas ?? []).map((replica) => replica.close()));
    await client?.close();
    await Promise.all([nats?.stop(), mongodb?.stop()]);
    await rm(cacheDir, { recursive: true, force: true });
  });

  function startReplica(name: string): Promise<NestFastifyApplication> {
    const config = CatalogueConfig.parse({
      NATS_URL: nats.url,
      MONGO_URL: mongodb.url,
      LOG_LEVEL: 'silent',
      SLUICE_CACHE_DIR: join(cacheDir, name),
    });
    return startService(CatalogueModule.with(config));
  }

  const collection = (name: string) => client.db('sluice_catalogue').collection(name);
  const call: Caller['services']['request'] = (contract, request) => caller.services.request(contract, request);
  const create = async (name: string = newId('name')) => call(createDataset, { name });
  const vega = (name: string) => createReadStream(join(projectRoot, 'node_modules/vega-datasets/data', name));

  async function* text(...pieces: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) yield Buffer.from(piece);
  }

  function gate(): { promise: Promise<void>; release(): void } {
    let release = () => {};
    const promise = new Promise<void>((resolve) => {
      release = resolve;
    });
    return { promise, release };
  }

  /** Sends a piece, then waits for `release` before it ends. */
  async function* held(piece: string, release: Promise<unknown>): AsyncGenerator<Uint8Array> {
    yield Buffer.from(piece);
    await release;
    yield Buffer.from('\n');
  }

  const begin = (datasetId: string, format: ImportFormat, options: Options = {}) =>
    call(startImport, { datasetId, format, ...options });

  const ended = (importId: string) =>
    waitFor('the end of the import', async () => {
      const state = await call(getImport, { importId });
      return state.finishedAt !== null && state;
    });

  async function run(datasetId: string, format: ImportFormat, source: Source, options?: Options): Promise<Import> {
    const { import: started, uploadSubject } = await begin(datasetId, format, options);
    // A refused import no longer takes the rest of the file.
    await sendStream(caller.bus, uploadSubject, source).catch(() => {});
    return ended(started.id);
  }

  async function read(datasetId: string, request: Partial<RequestInput<typeof readRows>> = {}, number?: number) {
    const { id, fields } = await call(getVersion, { datasetId, number });
    const { head, bytes } = await call(readRows, {
      snapshot: { versionId: id, seq: 0 },
      select: fields.map(({ name }) => name),

      sort: [],
      limit: 100,
      count: false,
      ...request,
    });
    const pieces: Uint8Array[] = [];
    if (bytes instanceof Uint8Array) pieces.push(bytes);
    else for await (const piece of bytes) pieces.push(piece);
    return { ...head, rows: JSON.parse(Buffer.concat(pieces).toString()) };
  }

  /** What is stored of a dataset besides its own document. */
  async function leftOf(datasetId: string) {
    const imports = await collection('imports').find({ datasetId }).toArray();
    const fileIds = imports.map(({ fileId }) => fileId);
    const [versions, files, chunks, dataset] = await Promise.all([
      collection('versions').countDocuments({ datasetId }),
      collection('version_files.files').countDocuments({ _id: { $in: fileIds } }),
      collection('version_files.chunks').countDocuments({ files_id: { $in: fileIds } }),
      collection('datasets').findOne({ _id: datasetId as never }),
    ]);
    return { versions, files, chunks, open: dataset?.openImports ?? [], published: dataset?.versions.length };
  }

  const nothing = { versions: 0, files: 0, chunks: 0, open: [], published: 0 };

  async function importDirectories(): Promise<string[]> {
    const parents = await Promise.all(
      ['a', 'b'].map(async (name) =>
        (await readdir(join(cacheDir, name))).map((id) => join(cacheDir, name, id, 'imports')),
      ),
    );
    const found = await Promise.all(parents.flat().map((path) => readdir(path).catch(() => [])));
    return found.flat();
  }

  describe('datasets', () => {
    test('have unique names, whatever their case', async () => {
      const { id, name } = await create('Sales');
      expect(name).toBe('Sales');
      await expect(create('SALES')).rejects.toMatchObject({ code: 'name_taken' });
      expect(await call(getDataset, { datasetId: id })).toMatchObject({
        id,
        latestVersion: null,
        fields: [],
        revision: 1,
      });
      const racing = await Promise.allSettled(Array.from({ length: 10 }, () => create('Racing')));
      expect(racing.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test('are listed newest first, page by page', async () => {
      const made: string[] = [];
      for (let i = 0; i < 5; i++) made.unshift((await create()).id);
      const first = await call(listDatasets, { limit: 3 });
      expect(first.data.map(({ id }) => id)).toEqual(made.slice(0, 3));
      const second = await call(listDatasets, { limit: 2, cursor: first.page.nextCursor ?? '' });
      expect(second.data.map(({ id }) => id)).toEqual(made.slice(3));
    });

    test('are changed only by who knows their last state', async () => {
      const { id, revision } = await create();
      const changed = await call(updateDataset, { datasetId: id, revision, description: 'new' });
      expect(changed).toMatchObject({ description: 'new', revision: revision + 1 });
      const stale = call(updateDataset, { datasetId: id, revision, description: 'stale' });
      await expect(stale).rejects.toMatchObject({ code: 'revision_mismatch' });
    });

    test('are hidden while they are marked, and back when the mark is lifted or old', async () => {
      const { id } = await create();
      await call(markDatasetDeleting, { datasetId: id });
      await expect(call(getDataset, { datasetId: id })).rejects.toMatchObject({ code: 'dataset_not_found' });
      await call(unmarkDatasetDeleting, { datasetId: id });
      expect(await call(getDataset, { datasetId: id })).toMatchObject({ id });
      await call(markDatasetDeleting, { datasetId: id });
      await collection('datasets').updateOne(
        { _id: id as never },
        { $set: { deletingSince: new Date(Date.now() - 61_000) } },
      );
      expect(await call(getDataset, { datasetId: id })).toMatchObject({ id });
      await expect(call(deleteDataset, { datasetId: id })).rejects.toMatchObject({ code: 'dataset_not_found' });
    });

    test('go with their versions and files', async () => {
      const { id } = await create();
      await run(id, 'csv', text('a\n1\n'));
      const { id: versionId } = await call(getVersion, { datasetId: id });
      await call(markDatasetDeleting, { datasetId: id });
      await call(deleteDataset, { datasetId: id });
      await waitFor('no traces', async () => {
        const { versions, files, chunks } = await leftOf(id);
        return versions + files + chunks === 0;
      });
      const snapshot = { versionId, seq: 0 };
      const rows = call(readRows, { snapshot, select: ['a'], sort: [], limit: 1, count: false });
      await expect(rows).rejects.toMatchObject({ code: 'snapshot_gone' });
    });
  });

  describe('imports', () => {
    test.each<[ImportFormat, string, number, string]>([
      ['csv', 'zipcodes.csv', 42_049, 'zip_code:text'],
      ['tsv', 'unemployment.tsv', 3_218, 'rate:number'],
      ['json', 'movies.json', 3_201, 'IMDB_Rating:number'],
      ['parquet', 'flights-3m.parquet', 3_000_000, 'date:datetime'],
    ])('of %s: %s', async (format, file, rowCount, field) => {
      const { id } = await create();
      const state = await run(id, format, vega(file));
      expect(state).toMatchObject({ phase: 'done', rows: rowCount, version: 1, error: null });
      const version = await call(getVersion, { datasetId: id });
      expect(version).toMatchObject({ number: 1, rowCount });
      expect(version.fields.map(({ name, type }) => `${name}:${type}`)).toContain(field);
      const last = await read(id, { limit: 2, after: { values: [], row: rowCount - 2 } });
      expect(last).toMatchObject({ returned: 1, hasMore: false, total: rowCount, nextKey: null });
    });

    test('of gzipped NDJSON with a type that was asked for, and with a note', async () => {
      const { id } = await create();
      const source = text(gzipSync('{"n": 007.5e0}\n'.replace('007', '7') + '{"n": 12345678901234567890}\n'));
      const state = await run(id, 'ndjson', source, { gzip: true, types: { n: 'text' }, note: 'first' });
      expect(state.phase).toBe('done');
      expect((await read(id)).rows).toEqual([{ n: '7.5e0' }, { n: '12345678901234567890' }]);
      expect(await call(getVersion, { datasetId: id, number: 1 })).toMatchObject({ note: 'first' });
    });

    test('are told to gateways with the number that the heartbeat carries', async () => {
      const { id } = await create();
      await run(id, 'csv', text('a\n1\n'));
      const event = await waitFor('the event', () => published.find(({ datasetId }) => datasetId === id));
      expect(event).toMatchObject({ number: 1, versionId: (await call(getVersion, { datasetId: id })).id });
      await waitFor('a heartbeat', () => beats.some(({ rev }) => rev >= event.dataRev));
    });

    test('at the same time each get a number of their own, on whichever replica they run', async () => {
      const { id } = await create();
      const states = await Promise.all(Array.from({ length: 8 }, (_, index) => run(id, 'csv', text(`a\n${index}\n`))));
      expect(states.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      for (const [index, { version }] of states.entries()) {
        expect((await read(id, {}, version ?? 0)).rows).toEqual([{ a: index }]);
      }
      const { data } = await call(listVersions, { datasetId: id, limit: 3 });
      expect(data.map(({ number }) => number)).toEqual([8, 7, 6]);
      expect(await leftOf(id)).toMatchObject({ versions: 8, files: 8, open: [], published: 8 });
    });

    test('of a bad file tell line and column and leave nothing', async () => {
      const { id } = await create();
      const state = await run(id, 'csv', text('a,b\n1,2\n3\n'));
      expect(state).toMatchObject({ phase: 'failed', version: null });
      expect(state.error).toMatchObject({ code: 'invalid_file', errors: [{ in: 'file', line: 3, column: 2 }] });
      expect(await leftOf(id)).toEqual(nothing);
      expect(await importDirectories()).toEqual([]);
    });

    test('whose upload breaks off leave nothing', async () => {
      const { id } = await create();
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('a,b\n1,2\n');
        throw new Error('the client went away');
      }
      expect((await run(id, 'csv', broken())).error).toMatchObject({ code: 'upload_interrupted' });
      expect(await leftOf(id)).toEqual(nothing);
      expect(await importDirectories()).toEqual([]);
    });

    test('need a dataset that is there', async () => {
      await expect(begin(newId('ds'), 'csv')).rejects.toMatchObject({ code: 'dataset_not_found' });
      await expect(call(getImport, { importId: newId('imp') })).rejects.toMatchObject({ code: 'import_not_found' });
    });

    test('show their progress on every replica', async () => {
      const { id } = await create();
      const { promise: released, release } = gate();
      const { import: started, uploadSubject } = await begin(id, 'csv');
      expect(started).toMatchObject({ phase: 'receiving', bytes: 0 });
      const sent = sendStream(caller.bus, uploadSubject, held(`a\n${'1\n'.repeat(200_000)}`, released));
      await waitFor('bytes', async () => (await call(getImport, { importId: started.id })).bytes > 0);
      release();
      await sent;
      expect(await ended(started.id)).toMatchObject({ phase: 'done', bytes: 400_003, rows: 200_000 });
    });

    test('that another replica had to give up never publish, even when their owner goes on', async () => {
      const { id } = await create();
      const { promise: released, release } = gate();
      const { import: started, uploadSubject } = await begin(id, 'csv');
      const sent = sendStream(caller.bus, uploadSubject, held('a\n1\n', released)).catch(() => {});
      // What the other replica sees of an owner that is frozen: a lease that ran out.
      await waitFor('taken over', async () => {
        const past = { $set: { leaseUntil: new Date(0) } };
        await collection('imports').updateOne({ _id: started.id as never, phase: 'receiving' }, past);
        await replicas[1]?.get(ImportSweeper).sweep();
        return (await call(getImport, { importId: started.id })).phase === 'failed';
      });
      release();
      await sent;
      expect(await ended(started.id)).toMatchObject({ phase: 'failed', error: { code: 'import_interrupted' } });
      await waitFor('the owner to give up', async () => (await importDirectories()).length === 0);
      expect(await leftOf(id)).toEqual(nothing);
    });

    test('of a process that ended are cleared away with whatever they had stored', async () => {
      const { id } = await create();
      const [importId, versionId, fileId] = [newId('imp'), newId('ver'), new mongo.ObjectId()];
      await collection('imports').insertOne({
        _id: importId as never,
        datasetId: id,
        phase: 'storing',
        bytes: 1,
        rows: 1,
        versionId,
        fileId,
        version: null,
        warnings: [],
        error: null,
        owner: 'a process that ended',
        leaseUntil: new Date(Date.now() - 1),
        createdAt: new Date(),
        finishedAt: null,
      });
      await collection('datasets').updateOne({ _id: id as never }, { $push: { openImports: importId } as never });
      await collection('versions').insertOne({ _id: versionId as never, datasetId: id, fileId });
      await collection('version_files.chunks').insertOne({ files_id: fileId, n: 0, data: Buffer.alloc(9) });
      await replicas[0]?.get(ImportSweeper).sweep();
      expect(await ended(importId)).toMatchObject({ phase: 'failed', error: { code: 'import_interrupted' } });
      expect(await leftOf(id)).toEqual(nothing);
    });

    test('whose process ended just after it had published are done', async () => {
      const { id } = await create();
      const state = await run(id, 'csv', text('a\n1\n'));
      const unfinished = { phase: 'publishing', version: null, finishedAt: null, leaseUntil: new Date(0) };
      await collection('imports').updateOne({ _id: state.id as never }, { $set: unfinished });
      await replicas[1]?.get(ImportSweeper).sweep();
      expect(await ended(state.id)).toMatchObject({ phase: 'done', version: 1, error: null });
      expect((await read(id)).rows).toEqual([{ a: 1 }]);
    });
  });

  describe('rows', () => {
    test('are the same on every replica, also after its cache was deleted', async () => {
      const { id } = await create();
      await run(id, 'csv', text('n,t\n1,a\n2,b\n3,a\n'));
      const both = () =>
        Promise.all(Array.from({ length: 8 }, () => read(id, { filter: { field: 't', op: 'eq', values: ['a'] } })));
      const expected = {
        returned: 2,
        total: null,
        rows: [
          { n: 1, t: 'a' },
          { n: 3, t: 'a' },
        ],
      };
      for (const page of await both()) expect(page).toMatchObject(expected);
      await rm(join(cacheDir, 'a'), { recursive: true });
      await rm(join(cacheDir, 'b'), { recursive: true });
      for (const page of await both()) expect(page).toMatchObject(expected);
      const { id: other } = await create();
      await run(other, 'csv', text('n\n1\n'));
      expect((await read(other)).rows).toEqual([{ n: 1 }]);
    });

    test('of more than one message come whole', async () => {
      const { id } = await create();
      const cell = 'x'.repeat(2_000);
      await run(id, 'csv', text(`n,t\n${Array.from({ length: 1_000 }, (_, n) => `${n},${cell}`).join('\n')}\n`));
      const { rows, returned } = await read(id, { limit: 1_000 });
      expect(returned).toBe(1_000);
      expect(rows[999]).toEqual({ n: 999, t: cell });
    });
  });

  test('a replica that stops gives its imports up, leaves nothing, and the other one goes on', async () => {
    const third = await startReplica('c');
    const { id } = await create();
    const { promise, release } = gate();
    const imports: Import[] = [];
    const uploads: Promise<void>[] = [];
    // The bus spreads requests: some of these are on the third replica.
    for (let i = 0; i < 12; i++) {
      const { import: started, uploadSubject } = await begin(id, 'csv');
      imports.push(started);
      uploads.push(sendStream(caller.bus, uploadSubject, held('a\n1\n', promise)).catch(() => {}));
    }
    await third.close();
    const states = await Promise.all(imports.map(({ id: importId }) => call(getImport, { importId })));
    const given = states.filter(({ phase }) => phase === 'failed');
    expect(given.length).toBeGreaterThan(0);
    for (const { error } of given) expect(error).toMatchObject({ code: 'import_interrupted' });
    release();
    await Promise.all(uploads);
    const others = imports.filter((each) => given.every((failed) => failed.id !== each.id));
    for (const other of others) expect(await ended(other.id)).toMatchObject({ phase: 'done' });
    expect(await leftOf(id)).toMatchObject({ versions: others.length, files: others.length, open: [] });
  });
});

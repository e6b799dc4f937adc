import { gzipSync } from 'node:zlib';
import { catalogueHeartbeat, versionPublished } from '@sluice/contracts/catalogue/catalogue-events';
import { getDataset, getVersion, listVersions } from '@sluice/contracts/catalogue/datasets';
import { getImport, type Import, type ImportFormat } from '@sluice/contracts/catalogue/imports';
import { readRows } from '@sluice/contracts/catalogue/rows';
import type { PayloadOf } from '@sluice/contracts/contract';
import { newId } from '@sluice/runtime/ids';
import { mongo } from 'mongoose';
import { ImportSweeper } from '../../apps/catalogue/src/imports/import-sweeper';
import { waitFor } from '../support/wait-for';
import { rowsOf, xlsx } from '../support/workbooks';
import { CatalogueReplicas, gate, held, nothingStored, text, vega } from './catalogue-replicas';

/** More than a thread reads at once. */
const MANY_ROWS = 150_000;

describe('imports of the catalogue service, two replicas', () => {
  let catalogue: CatalogueReplicas;
  let published: PayloadOf<typeof versionPublished>[];
  let beats: PayloadOf<typeof catalogueHeartbeat>[];

  beforeAll(async () => {
    catalogue = await CatalogueReplicas.start();
    published = await catalogue.caller.listen(versionPublished);
    beats = await catalogue.caller.listen(catalogueHeartbeat);
  });

  afterAll(() => catalogue?.stop());

  test.each<[ImportFormat, string, number, string]>([
    ['csv', 'zipcodes.csv', 42_049, 'zip_code:text'],
    ['tsv', 'unemployment.tsv', 3_218, 'rate:number'],
    ['json', 'movies.json', 3_201, 'IMDB_Rating:number'],
    ['parquet', 'flights-3m.parquet', 3_000_000, 'date:datetime'],
  ])('of %s: %s', async (format, file, rowCount, field) => {
    const { id } = await catalogue.create();
    const state = await catalogue.run(id, format, vega(file));
    expect(state).toMatchObject({ phase: 'done', rows: rowCount, version: 1, error: null });
    const version = await catalogue.call(getVersion, { datasetId: id });
    expect(version).toMatchObject({ number: 1, rowCount });
    expect(version.fields.map(({ name, type }) => `${name}:${type}`)).toContain(field);
    const last = await catalogue.read(id, { limit: 2, after: { values: [], row: rowCount - 2 } });
    expect(last).toMatchObject({ returned: 1, hasMore: false, total: rowCount, nextKey: null });
  });

  it('of a spreadsheet give what its cells say, and tell what was chosen', async () => {
    const { id } = await catalogue.create();
    const sheets = [{ rows: rowsOf(['zip', 'n'], ['007', 1], ['008', 2]) }, { name: 'Notes', rows: '' }];
    const state = await catalogue.run(id, 'xlsx', text(xlsx({ sheets })));
    expect(state).toMatchObject({ phase: 'done', rows: 2, error: null, warnings: [{ code: 'sheet_guessed' }] });
    expect((await catalogue.read(id, {}, 1)).rows).toEqual([
      { zip: '007', n: 1 },
      { zip: '008', n: 2 },
    ]);
    const broken = await catalogue.run(id, 'ods', text('no spreadsheet'));
    expect(broken.error).toMatchObject({ code: 'invalid_file', errors: [{ code: 'wrong_kind' }] });
  });

  test('keep the order of their rows, whatever their values are turned into', async () => {
    const { id } = await catalogue.create();
    const words = ['yes', 'no', 'true', 'false', 't', 'f', 'y', 'n'];
    const lines = Array.from(
      { length: MANY_ROWS },
      (_, row) => `${row},${words[row % words.length]},${row % 7 === 0 ? 'n/a' : row}`,
    );
    const options = { types: { flag: 'boolean' as const }, reading: { nulls: ['n/a', 'na', '-', '?', 'none'] } };
    expect(await catalogue.run(id, 'csv', text(`id,flag,size\n${lines.join('\n')}\n`), options)).toMatchObject({
      phase: 'done',
      rows: MANY_ROWS,
    });
    const { id: versionId } = await catalogue.call(getVersion, { datasetId: id });
    const rows = await catalogue.readAll({ versionId, seq: 0 }, ['id']);
    expect(rows.findIndex((row, index) => row.id !== index)).toBe(-1);
    expect(rows).toHaveLength(MANY_ROWS);
  });

  test('of gzipped NDJSON with a type that was asked for, and with a note', async () => {
    const { id } = await catalogue.create();
    const source = text(gzipSync('{"n": 7.5e0}\n{"n": 12345678901234567890}\n'));
    const state = await catalogue.run(id, 'ndjson', source, { gzip: true, types: { n: 'text' }, note: 'first' });
    expect(state.phase).toBe('done');
    expect((await catalogue.read(id)).rows).toEqual([{ n: '7.5e0' }, { n: '12345678901234567890' }]);
    expect(await catalogue.call(getVersion, { datasetId: id, number: 1 })).toMatchObject({ note: 'first' });
  });

  test('are told to gateways with the number that the heartbeat carries', async () => {
    const { id } = await catalogue.create();
    await catalogue.run(id, 'csv', text('a\n1\n'));
    const event = await waitFor('the event', () => published.find(({ datasetId }) => datasetId === id));
    expect(event).toMatchObject({ number: 1, versionId: (await catalogue.call(getVersion, { datasetId: id })).id });
    await waitFor('a heartbeat', () => beats.some(({ rev }) => rev >= event.dataRev));
  });

  test('at the same time each get a number of their own, on whichever replica they run', async () => {
    const { id } = await catalogue.create();
    const states = await Promise.all(
      Array.from({ length: 8 }, (_, index) => catalogue.run(id, 'csv', text(`a\n${index}\n`))),
    );
    expect(states.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const [index, { version }] of states.entries()) {
      expect((await catalogue.read(id, {}, version ?? 0)).rows).toEqual([{ a: index }]);
    }
    const { data } = await catalogue.call(listVersions, { datasetId: id, limit: 3 });
    expect(data.map(({ number }) => number)).toEqual([8, 7, 6]);
    expect(await catalogue.storedOf(id)).toMatchObject({ versions: 8, files: 8, open: [], published: 8 });
  });

  test('of columns with names that the engine itself uses are read like any other', async () => {
    const { id } = await catalogue.create();
    const labels = [
      'file_row_number',
      'filename',
      'file_index',
      'rowid',
      'row',
      'select',
      'end',
      'fits',
      'line',
      'offset',
    ];
    const { error } = await catalogue.run(id, 'csv', text(`${labels.join()}\n${labels.map((_, i) => i).join()}\n`));
    expect(error).toBeNull();
    const version = await catalogue.call(getVersion, { datasetId: id });
    const names = version.fields.map(({ name }) => name);
    const { bytes } = await catalogue.call(readRows, {
      snapshot: { versionId: version.id, seq: 0 },
      select: names,
      sort: [{ field: 'rowid', descending: false }],
      limit: 10,
      count: false,
    });
    const [row] = JSON.parse(Buffer.from(bytes as Uint8Array).toString());
    expect(row).toEqual(Object.fromEntries(names.map((name, index) => [name, index])));
  });

  test('of a bad file tell line and column and leave nothing', async () => {
    const { id } = await catalogue.create();
    const state = await catalogue.run(id, 'csv', text('a,b\n1,2\n3,4,5\n'));
    expect(state).toMatchObject({ phase: 'failed', version: null });
    expect(state.error).toMatchObject({ code: 'invalid_file', errors: [{ in: 'file', line: 3, column: 5 }] });
    expect(await catalogue.storedOf(id)).toEqual(nothingStored);
    expect(await catalogue.importDirectories()).toEqual([]);
  });

  test('are read as was said of an earlier file of the dataset, until another is said', async () => {
    const { id } = await catalogue.create();
    await catalogue.run(id, 'csv', text('a;b\n1,5;x\n2,500;y\n'), { reading: { decimal: ',', nulls: ['x'] } });
    const dataset = await catalogue.call(getDataset, { datasetId: id });
    expect(dataset.reading).toEqual({ decimal: ',', nulls: ['x'] });
    await catalogue.run(id, 'csv', text('a;b\n2,500;x\n'), { remember: false, reading: { nulls: [] } });
    const version = await catalogue.call(getVersion, { datasetId: id });
    expect(version).toMatchObject({
      number: 2,
      reading: { decimal: ',', nulls: [] },
      fields: [{ type: 'number' }, {}],
    });
    expect((await catalogue.call(getDataset, { datasetId: id })).reading).toEqual({ decimal: ',', nulls: ['x'] });
  });

  test('tell in the version what of its file was guessed', async () => {
    const { id } = await catalogue.create();
    const state = await catalogue.run(id, 'csv', text('a;b\n1;NA\n2;3\n'));
    const version = await catalogue.call(getVersion, { datasetId: id });
    expect(version.warnings).toMatchObject([
      { code: 'delimiter_guessed', option: 'delimiter' },
      { code: 'nulls_guessed', option: 'nulls', field: 'b', line: 2, count: 1 },
    ]);
    expect(state.warnings).toEqual(version.warnings);
  });

  test('whose upload breaks off leave nothing', async () => {
    const { id } = await catalogue.create();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a,b\n1,2\n');
      throw new Error('the client went away');
    }
    expect((await catalogue.run(id, 'csv', broken())).error).toMatchObject({ code: 'upload_interrupted' });
    expect(await catalogue.storedOf(id)).toEqual(nothingStored);
    expect(await catalogue.importDirectories()).toEqual([]);
  });

  test('need a dataset that is there', async () => {
    await expect(catalogue.begin(newId('ds'), 'csv')).rejects.toMatchObject({ code: 'dataset_not_found' });
    await expect(catalogue.call(getImport, { importId: newId('imp') })).rejects.toMatchObject({
      code: 'import_not_found',
    });
  });

  test('show their progress on every replica', async () => {
    const { id } = await catalogue.create();
    const { promise: released, release } = gate();
    const { import: started, uploadSubject } = await catalogue.begin(id, 'csv');
    expect(started).toMatchObject({ phase: 'receiving', bytes: 0 });
    const sent = catalogue.send(uploadSubject, held(`a\n${'1\n'.repeat(200_000)}`, released));
    await waitFor('bytes', async () => (await catalogue.call(getImport, { importId: started.id })).bytes > 0);
    release();
    await sent;
    expect(await catalogue.ended(started.id)).toMatchObject({ phase: 'done', bytes: 400_003, rows: 200_000 });
  });

  test('that another replica had to give up never publish, even when their owner goes on', async () => {
    const { id } = await catalogue.create();
    const { promise: released, release } = gate();
    const { import: started, uploadSubject } = await catalogue.begin(id, 'csv');
    const sent = catalogue.send(uploadSubject, held('a\n1\n', released));
    // What the other replica sees of an owner that is frozen: a lease that ran out.
    await waitFor('taken over', async () => {
      const past = { $set: { leaseUntil: new Date(0) } };
      await catalogue.collection('imports').updateOne({ _id: started.id, phase: 'receiving' }, past);
      await catalogue.replicas[1]?.get(ImportSweeper).sweep();
      return (await catalogue.call(getImport, { importId: started.id })).phase === 'failed';
    });
    release();
    await sent;
    expect(await catalogue.ended(started.id)).toMatchObject({ phase: 'failed', error: { code: 'import_interrupted' } });
    await waitFor('the owner to give up', async () => (await catalogue.importDirectories()).length === 0);
    expect(await catalogue.storedOf(id)).toEqual(nothingStored);
  });

  test('of a process that ended are cleared away with whatever they had stored', async () => {
    const { id } = await catalogue.create();
    const [importId, versionId, fileId] = [newId('imp'), newId('ver'), new mongo.ObjectId()];
    await catalogue.collection('datasets').updateOne({ _id: id }, { $set: { openImports: [importId] } });
    await catalogue.collection('versions').insertOne({ _id: versionId, datasetId: id, fileId });
    await catalogue
      .collection('version_files.chunks')
      .insertOne({ _id: new mongo.ObjectId(), files_id: fileId, n: 0, data: Buffer.alloc(9) });
    await catalogue.collection('imports').insertOne({
      _id: importId,
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
    await catalogue.replicas[0]?.get(ImportSweeper).sweep();
    expect(await catalogue.ended(importId)).toMatchObject({ phase: 'failed', error: { code: 'import_interrupted' } });
    expect(await catalogue.storedOf(id)).toEqual(nothingStored);
  });

  test('whose process ended just after it had published are done', async () => {
    const { id } = await catalogue.create();
    const state = await catalogue.run(id, 'csv', text('a\n1\n'));
    const unfinished = { phase: 'publishing', version: null, finishedAt: null, leaseUntil: new Date(0) };
    await catalogue.collection('imports').updateOne({ _id: state.id }, { $set: unfinished });
    await catalogue.replicas[1]?.get(ImportSweeper).sweep();
    expect(await catalogue.ended(state.id)).toMatchObject({ phase: 'done', version: 1, error: null });
    expect((await catalogue.read(id)).rows).toEqual([{ a: 1 }]);
  });

  test('a replica that stops gives its imports up, leaves nothing, and the other one goes on', async () => {
    const third = await catalogue.startReplica('c');
    const { id } = await catalogue.create();
    const { promise, release } = gate();
    const imports: Import[] = [];
    const uploads: Promise<void>[] = [];
    // The bus spreads requests: some of these are on the third replica.
    for (let i = 0; i < 12; i++) {
      const { import: started, uploadSubject } = await catalogue.begin(id, 'csv');
      imports.push(started);
      uploads.push(catalogue.send(uploadSubject, held('a\n1\n', promise)));
    }
    await third.close();
    const states = await Promise.all(imports.map(({ id: importId }) => catalogue.call(getImport, { importId })));
    const given = states.filter(({ phase }) => phase === 'failed');
    expect(given.length).toBeGreaterThan(0);
    for (const { error } of given) expect(error).toMatchObject({ code: 'import_interrupted' });
    release();
    await Promise.all(uploads);
    const others = imports.filter((each) => given.every((failed) => failed.id !== each.id));
    for (const other of others) expect(await catalogue.ended(other.id)).toMatchObject({ phase: 'done' });
    expect(await catalogue.storedOf(id)).toMatchObject({ versions: others.length, files: others.length, open: [] });
  });
});

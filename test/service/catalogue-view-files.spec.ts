import { createHash } from 'node:crypto';
import { getVersion } from '@sluice/contracts/catalogue/datasets';
import {
  openViewFile,
  readViewFile,
  type ViewFile,
  type ViewFileRequest,
} from '@sluice/contracts/catalogue/view-files';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { mongo } from 'mongoose';
import { ViewFileRemoval } from '../../apps/catalogue/src/stores/view-file-removal';
import { waitFor } from '../support/wait-for';
import { allBytes, CatalogueReplicas, text, vega } from './catalogue-replicas';

const MIB = 1024 ** 2;

describe('files of views, made by two replicas', () => {
  let catalogue: CatalogueReplicas;

  beforeAll(async () => {
    catalogue = await CatalogueReplicas.start();
  });

  afterAll(() => catalogue?.stop());

  async function published(csv: string): Promise<{ datasetId: string; request: ViewFileRequest }> {
    const { id: datasetId } = await catalogue.create();
    expect(await catalogue.run(datasetId, 'csv', text(csv))).toMatchObject({ phase: 'done', error: null });
    const { id: versionId, fields } = await catalogue.call(getVersion, { datasetId });
    const select = fields.map(({ name }) => name);
    return { datasetId, request: { snapshot: { versionId, seq: 0 }, select, filter: null, sort: [] } };
  }

  async function read({ id, bytes }: ViewFile, from = 0, to = bytes - 1): Promise<Buffer> {
    return allBytes((await catalogue.caller.services.request(readViewFile, { id, from, to })).bytes);
  }

  async function rowsOf(file: ViewFile): Promise<Record<string, unknown>[]> {
    const whole = await read(file);
    return parquetReadObjects({ file: arrayBufferOf(whole) });
  }

  it('are made once, however many ask either replica, and have the SHA-256 that is told of them', async () => {
    const { request } = await published('id,city\n1,Rome\n2,Oslo\n3,Rome\n');
    const files = await Promise.all(Array.from({ length: 12 }, () => catalogue.call(openViewFile, request)));
    const [file] = files;
    if (!file) throw new Error('no file');
    expect(new Set(files.map((each) => JSON.stringify(each))).size).toBe(1);
    const wholes = await Promise.all(Array.from({ length: 6 }, () => read(file)));
    for (const whole of wholes) expect(createHash('sha256').update(whole).digest('hex')).toBe(file.sha256);
    expect(file).toMatchObject({ bytes: wholes[0]?.length, rows: 3 });
    expect(await catalogue.collection('view_files').countDocuments({ versionId: request.snapshot.versionId })).toBe(1);
    expect(await catalogue.collection('view_files.files').countDocuments({ filename: file.id })).toBe(1);
  });

  it('hold what the view shows and nothing of what it hides, also not in what they tell of themselves', async () => {
    const { request } = await published('id,secret,city\n1,topsecret,Rome\n2,hidden,Oslo\n3,unseen,Rome\n');
    const file = await catalogue.call(openViewFile, {
      ...request,
      select: ['city', 'id'],
      filter: { field: 'city', op: 'eq', values: ['Rome'] },
      sort: [{ field: 'id', descending: true }],
    });
    expect(await rowsOf(file)).toEqual([
      { city: 'Rome', id: 3n },
      { city: 'Rome', id: 1n },
    ]);
    const bytes = (await read(file)).toString('latin1');
    for (const word of ['secret', 'hidden', 'unseen', 'Oslo']) expect(bytes).not.toContain(word);
  });

  it('are of a snapshot: rows that are sent later are in the next one alone', async () => {
    const { datasetId, request } = await published('id,city\n1,Rome\n');
    const before = await catalogue.call(openViewFile, request);
    await catalogue.sendRows(datasetId, [{ id: 2, city: 'Oslo' }]);
    const { versionId } = request.snapshot;
    const after = await catalogue.call(openViewFile, { ...request, snapshot: { versionId, seq: 1 } });
    expect([before.rows, after.rows]).toEqual([1, 2]);
    expect(await rowsOf(before)).toEqual([{ id: 1n, city: 'Rome' }]);
    expect(await rowsOf(after)).toHaveLength(2);
  });

  it('have row groups of 16 MiB at most, and come whole by any ranges', async () => {
    const { id: datasetId } = await catalogue.create();
    await catalogue.run(datasetId, 'parquet', vega('flights-3m.parquet'));
    const { id: versionId, fields } = await catalogue.call(getVersion, { datasetId });
    const select = fields.map(({ name }) => name);
    const request = { snapshot: { versionId, seq: 0 }, select, filter: null, sort: [] };
    const file = await waitFor('the file', () => catalogue.call(openViewFile, request).catch(() => null), 60_000);
    const whole = await read(file);
    expect(createHash('sha256').update(whole).digest('hex')).toBe(file.sha256);
    const { row_groups: groups, num_rows: rows } = parquetMetadata(arrayBufferOf(whole));
    expect(Number(rows)).toBe(3_000_000);
    expect(file.rows).toBe(3_000_000);
    for (const group of groups) expect(Number(group.total_byte_size)).toBeLessThanOrEqual(16 * MIB);
    const middle = Math.floor(file.bytes / 2);
    for (const [from, to] of [
      [0, 0],
      [file.bytes - 1, file.bytes - 1],
      [middle, middle + 2 * MIB],
      [file.bytes - 100, file.bytes - 1],
    ] as const)
      expect((await read(file, from, to)).equals(whole.subarray(from, to + 1))).toBe(true);
  });

  it('that are not read go when there is no room, those that are read stay, and a version takes its own with it', async () => {
    const [old, fresh] = [await published('id\n1\n'), await published('id\n2\n')];
    const files = [await catalogue.call(openViewFile, old.request), await catalogue.call(openViewFile, fresh.request)];
    const docs = catalogue.collection('view_files');
    const stored = async ({ id }: ViewFile) => [
      await docs.countDocuments({ _id: id }),
      await catalogue.collection('view_files.files').countDocuments({ filename: id }),
    ];
    await docs.updateMany({}, { $set: { readAt: new Date(Date.now() - 3_600_000) } });
    await docs.updateOne({ _id: files[1]?.id }, { $set: { readAt: new Date() } });
    const removal = catalogue.replicas[0]?.get(ViewFileRemoval);
    await removal?.sweep(1, Date.now());
    expect(await stored(files[0] as ViewFile)).toEqual([0, 0]);
    expect(await stored(files[1] as ViewFile)).toEqual([1, 1]);
    await removal?.removeOfVersion(fresh.request.snapshot.versionId);
    expect(await stored(files[1] as ViewFile)).toEqual([0, 0]);
    const again = await catalogue.call(openViewFile, old.request);
    expect(await rowsOf(again)).toEqual([{ id: 1n }]);
  });

  it('of one version take a quarter of the room, and are not made where more is being read', async () => {
    const { request } = await published('id\n1\n');
    const { versionId } = request.snapshot;
    const { bytes } = await catalogue.call(openViewFile, request);
    const removal = catalogue.replicas[0]?.get(ViewFileRemoval);
    const hasRoom = (ofVersion: string, maxBytes: number) => removal?.makeRoom(ofVersion, bytes, maxBytes, Date.now());
    const all = await catalogue.collection('view_files').find().toArray();
    const taken = all.reduce((sum, doc) => sum + Number(doc.bytes), 0);
    expect(await hasRoom(versionId, 8 * bytes + 4 * taken)).toBe(true);
    expect(await hasRoom(versionId, 7 * bytes)).toBe(false);
    expect(await hasRoom('ver_another', taken)).toBe(false);
    expect(await catalogue.collection('view_files').countDocuments({ versionId })).toBe(1);
    const old = new Date(Date.now() - 3_600_000);
    await catalogue.collection('view_files').updateOne({ versionId }, { $set: { readAt: old } });
    expect(await hasRoom(versionId, 4 * taken)).toBe(true);
    expect(await catalogue.collection('view_files').countDocuments({ versionId })).toBe(1);
    expect(await hasRoom(versionId, 4 * bytes)).toBe(true);
    expect(await catalogue.collection('view_files').countDocuments({ versionId })).toBe(0);
  });

  it('are no more than ten thousand, however small they are', async () => {
    const docs = catalogue.collection('view_files');
    const readAt = new Date(Date.now() - 3_600_000);
    const made = {
      versionId: 'ver_of_many',
      fileId: new mongo.ObjectId(),
      bytes: 1,
      sha256: '',
      rows: 0,
      createdAt: readAt,
    };
    await docs.insertMany(Array.from({ length: 10_100 }, (_, index) => ({ _id: `small ${index}`, ...made, readAt })));
    await catalogue.replicas[0]?.get(ViewFileRemoval).sweep(1e12, Date.now());
    expect(await docs.countDocuments()).toBe(10_000);
    await docs.deleteMany({ versionId: 'ver_of_many' });
  });

  it('are not found when nobody made them', async () => {
    const request = { id: 'f'.repeat(64), from: 0, to: 10 };
    await expect(catalogue.caller.services.request(readViewFile, request)).rejects.toMatchObject({ code: 'not_found' });
  });
});

function arrayBufferOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

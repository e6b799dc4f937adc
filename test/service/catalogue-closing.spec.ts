import { deleteDataset, getVersion, listVersions, markDatasetDeleting } from '@sluice/contracts/catalogue/datasets';
import { getImport } from '@sluice/contracts/catalogue/imports';
import type { SendResult } from '@sluice/contracts/catalogue/sends';
import { newId } from '@sluice/runtime/ids';
import { mongo } from 'mongoose';
import { Compaction } from '../../apps/catalogue/src/commits/compaction';
import { VersionClosing } from '../../apps/catalogue/src/commits/version-closing';
import { waitFor } from '../support/wait-for';
import { CatalogueReplicas, text } from './catalogue-replicas';

describe('rows that are sent while a version is published, three replicas', () => {
  let catalogue: CatalogueReplicas;

  beforeAll(async () => {
    catalogue = await CatalogueReplicas.start(3);
  });

  afterAll(() => catalogue?.stop());

  async function dataset(): Promise<{ id: string; versionId: string }> {
    const { id } = await catalogue.create();
    await catalogue.run(id, 'csv', text('id\n0\n'));
    return { id, versionId: (await catalogue.call(getVersion, { datasetId: id })).id };
  }

  const ids = async (versionId: string, seq: number) =>
    (await catalogue.readAll({ versionId, seq }, ['id'])).map((row) => row.id);

  /** An import that is about to publish, of a process that may have ended. */
  async function openImport(datasetId: string, leaseUntil: Date): Promise<string> {
    const importId = newId('imp');
    await catalogue.collection('imports').insertOne({
      _id: importId,
      datasetId,
      phase: 'publishing',
      bytes: 0,
      rows: 0,
      version: null,
      warnings: [],
      error: null,
      versionId: newId('ver'),
      fileId: new mongo.ObjectId(),
      owner: 'another process',
      leaseUntil,
      createdAt: new Date(),
      finishedAt: null,
    });
    await catalogue.collection('datasets').updateOne({ _id: datasetId }, { $set: { openImports: [importId] } });
    return importId;
  }

  test('are each in one version, and none is in a version that was superseded before it was accepted', async () => {
    const { id } = await dataset();
    const accepted: { id: number; result: SendResult; latestBefore: number }[] = [];
    let published = 1;
    let done = false;
    let next = 1_000;
    const sender = async () => {
      while (!done) {
        const row = { id: next++ };
        const latestBefore = published;
        accepted.push({ id: row.id, latestBefore, result: await catalogue.sendRows(id, [row]) });
      }
    };
    const senders = Promise.all(Array.from({ length: 8 }, sender));
    for (let version = 2; version <= 6; version++) {
      const soFar = accepted.length;
      await waitFor('some rows', () => accepted.length > soFar + 10);
      expect((await catalogue.run(id, 'csv', text(`id\n${version}\n`))).version).toBe(version);
      published = version;
    }
    done = true;
    await senders;
    const { data } = await catalogue.call(listVersions, { datasetId: id, limit: 10 });
    expect(data).toHaveLength(6);
    for (const { id: versionId, number, seq, rowCount } of data) {
      const own = accepted.filter(({ result }) => result.version === number).map((each) => each.id);
      const [file, ...sent] = (await ids(versionId, seq)).map(Number);
      expect(file).toBe(number === 1 ? 0 : number);
      expect(sent.sort()).toEqual(own.sort());
      expect(rowCount).toBe(1 + own.length);
    }
    for (const { result, latestBefore } of accepted) expect(result.version).toBeGreaterThanOrEqual(latestBefore);
    expect(new Set(accepted.map(({ result }) => result.version)).size).toBeGreaterThan(3);
  }, 60_000);

  test('are held against the newest version at once, also where the one before is remembered', async () => {
    const { id } = await dataset();
    for (let number = 1; number <= 12; number++) await catalogue.sendRows(id, [{ id: number }]);
    await catalogue.run(id, 'csv', text('id,name\n0,file\n'));
    const sent: SendResult[] = [];
    for (let number = 1; number <= 12; number++) sent.push(await catalogue.sendRows(id, [{ id: number, name: 'new' }]));
    expect(sent.map(({ version }) => version)).toEqual(sent.map(() => 2));
    await catalogue.run(id, 'csv', text('id\n0\n'));
    for (let number = 1; number <= 12; number++) {
      await expect(catalogue.sendRows(id, [{ id: number, name: 'old' }])).rejects.toMatchObject({
        code: 'invalid_rows',
        faults: [{ pointer: '/0/name' }],
      });
    }
  });

  test('wait for an import that is about to publish, and go on in the version when it fails', async () => {
    const { id, versionId } = await dataset();
    await catalogue.sendRows(id, [{ id: 1 }]);
    const importId = await openImport(id, new Date(Date.now() + 600_000));
    await catalogue.replicas[0]?.get(VersionClosing).close(versionId, importId);
    let answered = false;
    const sent = catalogue.sendRows(id, [{ id: 2 }]).finally(() => {
      answered = true;
    });
    await waitFor('a second look at the mark', async () => {
      expect(answered).toBe(false);
      return (await catalogue.replicas[1]?.get(VersionClosing).state(id, versionId)) === 'closing';
    });
    await catalogue.collection('datasets').updateOne({ _id: id }, { $set: { openImports: [] } });
    const { snapshot } = await sent;
    // The mark has taken a number of its own.
    expect(snapshot).toEqual({ versionId, seq: 3 });
    expect(await ids(versionId, 3)).toEqual([0, 1, 2]);
    expect(await ids(versionId, 2)).toEqual([0, 1]);
    expect(await catalogue.call(getVersion, { datasetId: id })).toMatchObject({ seq: 3, rowCount: 3 });
  });

  test('do not wait for an import whose process ended; it can never publish then', async () => {
    const { id, versionId } = await dataset();
    const importId = await openImport(id, new Date(Date.now() - 1));
    await catalogue.replicas[0]?.get(VersionClosing).close(versionId, importId);
    expect((await catalogue.sendRows(id, [{ id: 1 }])).snapshot.versionId).toBe(versionId);
    expect((await catalogue.collection('datasets').findOne({ _id: id }))?.openImports).toEqual([]);
    expect(await ids(versionId, 2)).toEqual([0, 1]);
    expect((await catalogue.call(getImport, { importId })).phase).not.toBe('done');
  });

  test('are held against the fields of the version that they come into', async () => {
    const { id } = await dataset();
    await catalogue.sendRows(id, [{ id: 1 }]);
    await catalogue.run(id, 'csv', text('key\na\n'));
    await expect(catalogue.sendRows(id, [{ id: 1 }])).rejects.toMatchObject({ code: 'invalid_rows' });
    expect(await catalogue.sendRows(id, [{ key: 'b' }])).toMatchObject({ version: 2, snapshot: { seq: 1 } });
  });

  test('go with their dataset', async () => {
    const { id, versionId } = await dataset();
    for (let row = 0; row < 5; row++) await catalogue.sendRows(id, [{ id: row }]);
    await catalogue.replicas[0]?.get(Compaction).compact(versionId);
    await catalogue.sendRows(id, [{ id: 9 }]);
    await catalogue.call(markDatasetDeleting, { datasetId: id });
    await catalogue.call(deleteDataset, { datasetId: id });
    await expect(catalogue.sendRows(id, [{ id: 1 }])).rejects.toMatchObject({ code: 'dataset_not_found' });
    await waitFor('nothing', async () => {
      const left = ['segments', 'segment_pieces', 'versions'].map((name) =>
        catalogue.collection(name).countDocuments({ datasetId: id }),
      );
      const files = await catalogue.collection('version_files.files').countDocuments({ filename: versionId });
      return (await Promise.all(left)).every((count) => count === 0) && files === 0;
    });
  });
});

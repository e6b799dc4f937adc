import { findCommit, listCommits } from '@sluice/contracts/catalogue/commits';
import { deleteVersion, getVersion, markVersionDeleting } from '@sluice/contracts/catalogue/datasets';
import type { RequestOf } from '@sluice/contracts/contract';
import { mongo } from 'mongoose';
import { Compaction } from '../../apps/catalogue/src/commits/compaction';
import { SegmentSweeper } from '../../apps/catalogue/src/commits/segment-sweeper';
import { CatalogueReplicas, text } from './catalogue-replicas';

const DAY_MS = 24 * 3_600_000;

describe('the history of a dataset, two replicas', () => {
  let catalogue: CatalogueReplicas;

  beforeAll(async () => {
    catalogue = await CatalogueReplicas.start();
  });

  afterAll(() => catalogue?.stop());

  const publish = (id: string, row: number) => catalogue.run(id, 'csv', text(`id\n${row}\n`));
  const list = (datasetId: string, more: { limit?: number; cursor?: string } = {}) =>
    catalogue.call(listCommits, { datasetId, ...more });
  const find = (datasetId: string, at: RequestOf<typeof findCommit>['at']) =>
    catalogue.call(findCommit, { datasetId, at });

  /** Two versions with sends in between: commits 1 to 6. */
  async function dataset(): Promise<string> {
    const { id } = await catalogue.create();
    await publish(id, 1);
    for (const row of [2, 3]) await catalogue.sendRows(id, [{ id: row }]);
    await publish(id, 10);
    for (const row of [11, 12]) await catalogue.sendRows(id, [{ id: row }, { id: row + 100 }]);
    return id;
  }

  it('counts publications and sends in one order, with times that never go back', async () => {
    const id = await dataset();
    const { data, page } = await list(id);
    expect(data.map(({ commit, kind, version, seq, rows }) => [commit, kind, version, seq, rows])).toEqual([
      [6, 'send', 2, 2, 2],
      [5, 'send', 2, 1, 2],
      [4, 'publish', 2, 0, 1],
      [3, 'send', 1, 2, 1],
      [2, 'send', 1, 1, 1],
      [1, 'publish', 1, 0, 1],
    ]);
    expect(page.nextCursor).toBeNull();
    const times = data.map(({ at }) => at);
    expect(times).toEqual([...times].sort().reverse());
    expect(await catalogue.call(getVersion, { datasetId: id })).toMatchObject({ firstCommit: 4, seq: 2 });
  });

  it('is read page by page', async () => {
    const id = await dataset();
    const found: number[] = [];
    for (let cursor: string | undefined; ; ) {
      const { data, page } = await list(id, { limit: 2, cursor });
      found.push(...data.map(({ commit }) => commit));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(found).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('finds the rows as of each commit, and as of the time of each', async () => {
    const id = await dataset();
    const rows: unknown[][] = [];
    for (const { commit, at } of (await list(id)).data.reverse()) {
      const state = await find(id, { commit });
      expect(state.commit).toBe(commit);
      expect((await find(id, { time: at })).commit).toBeGreaterThanOrEqual(commit);
      rows.push((await catalogue.readAll(state, ['id'])).map((row) => row.id));
    }
    expect(rows).toEqual([[1], [1, 2], [1, 2, 3], [10], [10, 11, 111], [10, 11, 111, 12, 112]]);
  });

  it('refuses a commit and a time that never were, and says what there is', async () => {
    const id = await dataset();
    await expect(find(id, { commit: 7 })).rejects.toMatchObject({
      code: 'invalid_query',
      faults: [{ name: '_at', code: 'unknown_commit', detail: 'the last commit is 6' }],
    });
    await expect(find(id, { time: '2001-01-01T00:00:00Z' })).rejects.toMatchObject({ code: 'invalid_query' });
    await expect(find(id, { time: '2999-01-01T00:00:00Z' })).rejects.toMatchObject({ code: 'invalid_query' });
    const { id: empty } = await catalogue.create();
    await expect(find(empty, { commit: 1 })).rejects.toMatchObject({ code: 'invalid_query' });
    expect((await list(empty)).data).toEqual([]);
  });

  it('names the nearest commit that is kept where a version was deleted', async () => {
    const id = await dataset();
    const then = (await list(id)).data.at(-2)?.at ?? '';
    await catalogue.call(markVersionDeleting, { datasetId: id, number: 1 });
    await catalogue.call(deleteVersion, { datasetId: id, number: 1 });
    const gone = { code: 'snapshot_gone', detail: expect.stringContaining('the nearest commit that is kept is 4') };
    await expect(find(id, { commit: 2 })).rejects.toMatchObject(gone);
    await expect(find(id, { time: then })).rejects.toMatchObject(gone);
    expect((await list(id)).data.map(({ commit }) => commit)).toEqual([6, 5, 4]);
    await publish(id, 20);
    expect((await list(id)).data[0]).toMatchObject({ commit: 7, kind: 'publish', version: 3 });
  });

  it('keeps the time of every commit after their documents are gone', async () => {
    const { id } = await catalogue.create();
    await publish(id, 0);
    for (let row = 1; row <= 20; row++) await catalogue.sendRows(id, [{ id: row }]);
    const before = await list(id, { limit: 200 });
    const { id: versionId } = await catalogue.call(getVersion, { datasetId: id });
    const [one, other] = catalogue.replicas;
    await one?.get(Compaction).compact(versionId);
    const later = Date.now() + 2 * DAY_MS;
    await Promise.all([one, other].map((replica) => replica?.get(SegmentSweeper).sweep(later)));
    expect(await catalogue.collection('segments').countDocuments({ versionId })).toBe(1);
    expect(await catalogue.collection('commit_times').countDocuments({ versionId })).toBe(1);
    expect(await list(id, { limit: 200 })).toEqual(before);
    for (const { commit, at } of before.data) {
      const found = (await find(id, { time: at })).commit;
      // Commits of one millisecond count as one there.
      expect(before.data.find((each) => each.commit === found)?.at).toBe(at);
      expect(found).toBeGreaterThanOrEqual(commit);
    }
    await catalogue.sendRows(id, [{ id: 21 }]);
    expect((await list(id)).data[0]).toMatchObject({ commit: 22, seq: 21 });
  });

  it('says that a time is not known any more where an earlier release kept none', async () => {
    const { id } = await catalogue.create();
    await publish(id, 0);
    for (const row of [1, 2, 3]) await catalogue.sendRows(id, [{ id: row }]);
    const { id: versionId } = await catalogue.call(getVersion, { datasetId: id });
    const [published] = (await list(id)).data.slice(-1);
    await catalogue.collection('segments').deleteMany({ versionId, seq: { $lte: 2 } });
    await expect(find(id, { time: published?.at ?? '' })).rejects.toMatchObject({
      code: 'snapshot_gone',
      detail: expect.stringContaining('the nearest commit that is kept is'),
    });
    expect(await find(id, { commit: 2 })).toMatchObject({ seq: 1 });
  });

  it('numbers what an earlier release published, on every replica alike', async () => {
    const id = await dataset();
    const before = (await list(id)).data.map(({ commit, kind }) => [commit, kind]);
    await catalogue
      .collection('datasets')
      .updateOne({ _id: id }, { $unset: { 'versions.0.firstCommit': 1, 'versions.1.firstCommit': 1 } });
    const lists = await Promise.all(Array.from({ length: 8 }, () => list(id)));
    for (const { data } of lists) expect(data.map(({ commit, kind }) => [commit, kind])).toEqual(before);
    await publish(id, 20);
    expect((await list(id)).data[0]).toMatchObject({ commit: 7, kind: 'publish' });
  });

  it('leaves out what an import closed that did not publish in the end', async () => {
    const { id } = await catalogue.create();
    await publish(id, 0);
    await catalogue.sendRows(id, [{ id: 1 }]);
    const { id: versionId } = await catalogue.call(getVersion, { datasetId: id });
    const last = await catalogue.collection('segments').findOne({ versionId });
    await catalogue.collection('segments').insertOne({
      ...last,
      _id: new mongo.ObjectId(),
      seq: 2,
      dataSeq: 1,
      rowCount: 0,
      closedBy: 'imp_gone',
      rows: undefined,
      loose: undefined,
    });
    await catalogue.sendRows(id, [{ id: 2 }]);
    expect((await list(id)).data.map(({ commit }) => commit)).toEqual([4, 2, 1]);
    const state = await find(id, { commit: 3 });
    expect((await catalogue.readAll(state, ['id'])).map((row) => row.id)).toEqual([0, 1]);
    const [first] = (await list(id)).data.slice(-1);
    expect((await find(id, { time: first?.at ?? '' })).commit).toBeGreaterThanOrEqual(1);
  });
});

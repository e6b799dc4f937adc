import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { getDataset, getVersion, updateDataset } from '@sluice/contracts/catalogue/datasets';
import { exportRows } from '@sluice/contracts/catalogue/row-formats';
import type { Group } from '@sluice/contracts/catalogue/row-groups';
import { RowsRequest } from '@sluice/contracts/catalogue/rows';
import type { Filter } from '@sluice/contracts/filter';
import type { Snapshot } from '@sluice/contracts/snapshot';
import fc from 'fast-check';
import { Compaction } from '../../apps/catalogue/src/commits/compaction';
import { SegmentSweeper } from '../../apps/catalogue/src/commits/segment-sweeper';
import { RowsService } from '../../apps/catalogue/src/rows/rows.service';
import { seeds } from '../measure/seeds';
import { waitFor } from '../support/wait-for';
import { allBytes, CatalogueReplicas, text } from './catalogue-replicas';

const DAY_MS = 24 * 3_600_000;
const names = ['id', 'name', 'amount'];

interface Row {
  id: number;
  name: string;
  amount: number;
}

const keyOf = ({ id, name }: Row) => `${id} ${name}`;

/** A row stands until the next one of its key. */
const standing = (rows: readonly Row[]) =>
  rows.filter((row, index) => !rows.slice(index + 1).some((later) => keyOf(later) === keyOf(row)));

const filters: { filter: Filter | null; holds: (row: Row) => boolean }[] = [
  { filter: null, holds: () => true },
  { filter: { field: 'name', op: 'eq', values: ['b'] }, holds: ({ name }) => name === 'b' },
  { filter: { field: 'amount', op: 'gte', values: ['50'] }, holds: ({ amount }) => amount >= 50 },
  { filter: { field: 'id', op: 'eq', values: ['2'] }, holds: ({ id }) => id === 2 },
];
const group: Group = {
  keys: [],
  aggregates: [
    { fn: 'count', name: 'count' },
    { fn: 'sum', field: 'amount', name: 'sum' },
  ],
} as Group;

describe('key fields, two replicas', () => {
  let catalogue: CatalogueReplicas;

  beforeAll(async () => {
    catalogue = await CatalogueReplicas.start();
  });

  afterAll(() => catalogue?.stop());

  const replica = (index: number) => catalogue.replicas[index] as NestFastifyApplication;

  function load(datasetId: string, rows: readonly Row[]) {
    const lines = rows.map(({ id, name, amount }) => `${id},${name},${amount}`);
    return catalogue.run(datasetId, 'csv', text(['id,name,amount', ...lines].join('\n')), { types: { name: 'text' } });
  }

  async function dataset(rows: readonly Row[]): Promise<{ datasetId: string; versionId: string }> {
    const { id } = await catalogue.create();
    await load(id, rows);
    return { datasetId: id, versionId: (await catalogue.call(getVersion, { datasetId: id })).id };
  }

  async function setKeys(datasetId: string, keyFields: string[] | null) {
    const { revision } = await catalogue.call(getDataset, { datasetId });
    return await catalogue.call(updateDataset, { datasetId, revision, keyFields });
  }

  /** Read by that very replica. */
  async function read(on: NestFastifyApplication, request: Partial<RowsRequest> & { snapshot: Snapshot }) {
    const whole = RowsRequest.parse({ select: names, sort: [], limit: 1_000, count: true, ...request });
    const { head, bytes } = await on.get(RowsService).read(whole);
    return { ...head, rows: JSON.parse(Buffer.from(bytes).toString()) as Row[] };
  }

  async function exported(snapshot: Snapshot): Promise<Row[]> {
    const query = { select: names, filter: null, search: null, group: null, sort: [], format: 'json' } as const;
    const { bytes } = await catalogue.call(exportRows, { snapshot, ...query, sort: [] });
    return JSON.parse((await allBytes(bytes)).subarray(0, -8).toString());
  }

  async function expectStanding(on: NestFastifyApplication, snapshot: Snapshot, sent: readonly Row[]) {
    const rows = standing(sent);
    for (const { filter, holds } of filters) {
      const found = rows.filter(holds);
      expect(await read(on, { snapshot, filter })).toMatchObject({ total: found.length, rows: found });
    }
    const paged: Row[] = [];
    for (let after: RowsRequest['after']; ; ) {
      const page = await read(on, { snapshot, limit: 3, after });
      expect(page.total).toBe(rows.length);
      paged.push(...page.rows);
      if (!page.nextKey) break;
      after = page.nextKey;
    }
    expect(paged).toEqual(rows);
    expect((await read(on, { snapshot, offset: 2, limit: 2 })).rows).toEqual(rows.slice(2, 4));
    const sort = [{ field: 'amount', descending: true }];
    const descending = [...rows].sort((a, b) => b.amount - a.amount);
    expect((await read(on, { snapshot, sort })).rows).toEqual(descending);
    const grouped = await read(on, { snapshot, group, select: ['count', 'sum'] });
    const sum = rows.reduce((total, { amount }) => total + amount, 0);
    expect(grouped.rows).toEqual([{ count: rows.length, sum }]);
  }

  const someRow: fc.Arbitrary<Row> = fc.record({
    id: fc.integer({ min: 0, max: 4 }),
    name: fc.constantFrom('a', 'b'),
    amount: fc.integer({ min: 0, max: 100 }),
  });
  const someRows = fc.array(someRow, { minLength: 1, maxLength: 8 });
  const uniqueRows = fc.uniqueArray(someRow, { minLength: 1, maxLength: 6, selector: keyOf });

  test('let a row take the place of the one before in every later snapshot, and in no earlier one', async () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 5, arbitrary: fc.record({ rows: someRows }) },
        { weight: 1, arbitrary: fc.record({ compactOn: fc.nat(1) }) },
        { weight: 1, arbitrary: fc.record({ readOn: fc.nat(1) }) },
        { weight: 1, arbitrary: fc.record({ sweepOn: fc.nat(1) }) },
      ),
      { minLength: 2, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(uniqueRows, fc.nat(5), steps, async (unique, inFile, taken) => {
        const first = unique.slice(0, Math.max(1, inFile));
        const all = [...first];
        const { datasetId, versionId } = await dataset(first);
        const ends = [{ seq: 0, end: first.length }];
        const send = async (rows: readonly Row[]) => {
          const { snapshot } = await catalogue.sendRows(datasetId, rows);
          expect(snapshot.seq).toBeGreaterThan(ends.at(-1)?.seq ?? 0);
          all.push(...rows);
          ends.push({ seq: snapshot.seq, end: all.length });
        };
        if (unique.length > first.length) await send(unique.slice(first.length));
        await setKeys(datasetId, ['id', 'name']);
        for (const step of taken) {
          if ('rows' in step) await send(step.rows);
          else if ('compactOn' in step) await replica(step.compactOn).get(Compaction).compact(versionId);
          else if ('sweepOn' in step)
            await replica(step.sweepOn)
              .get(SegmentSweeper)
              .sweep(Date.now() + 2 * DAY_MS);
          else await read(replica(step.readOn), { snapshot: { versionId, seq: ends.at(-1)?.seq ?? 0 } });
        }
        for (const { seq, end } of ends) {
          for (const each of catalogue.replicas) await expectStanding(each, { versionId, seq }, all.slice(0, end));
        }
        const { seq } = ends.at(-1) ?? { seq: 0 };
        expect(await exported({ versionId, seq })).toEqual(standing(all));
      }),
      { numRuns: seeds(10), interruptAfterTimeLimit: 45_000, endOnFailure: true },
    );
  }, 120_000);

  test('keep one row of each key of very many, through files and merges of files', async () => {
    const { datasetId, versionId } = await dataset([{ id: 0, name: 'k', amount: 0 }]);
    await setKeys(datasetId, ['id']);
    const keys = 6_000;
    for (let turn = 1; turn <= 12; turn++) {
      const rows = Array.from({ length: keys }, (_, id) => ({ id, name: 'k', amount: turn }));
      const { snapshot } = await catalogue.sendRows(datasetId, rows);
      if (turn === 7) await replica(1).get(Compaction).compact(versionId);
      const whole = await read(replica(turn % 2), { snapshot, group, select: ['count', 'sum'] });
      expect(whole.rows).toEqual([{ count: keys, sum: keys * turn }]);
      const page = await read(replica(turn % 2), { snapshot, limit: 2, offset: 5_000 });
      expect(page).toMatchObject({ total: keys, rows: [{ id: 5_000 }, { id: 5_001 }] });
    }
  }, 120_000);

  test('are refused when the rows do not have them, with an example', async () => {
    const { datasetId } = await dataset([
      { id: 7, name: 'a', amount: 1 },
      { id: 7, name: 'b', amount: 2 },
    ]);
    const faultOf = (keyFields: string[]) => expect(setKeys(datasetId, keyFields)).rejects;
    await faultOf(['id']).toMatchObject({
      code: 'invalid_request',
      faults: [{ pointer: '/keyFields', code: 'not_unique', detail: '2 rows have the same key: id 7' }],
    });
    await faultOf(['nothing']).toMatchObject({ faults: [{ code: 'unknown_field' }] });
    await catalogue.sendRows(datasetId, [{ id: 8, amount: 3 }]);
    await faultOf(['id', 'name']).toMatchObject({
      faults: [{ code: 'null_key', detail: 'name is null in 1 row' }],
    });
    expect((await catalogue.call(getVersion, { datasetId })).keyFields).toBeNull();
    expect(await setKeys(datasetId, ['amount'])).toMatchObject({ keyFields: ['amount'] });
  });

  test('have to be in every row that is sent, on a replica too that has not heard of them', async () => {
    const { datasetId } = await dataset([{ id: 1, name: 'a', amount: 1 }]);
    // Both replicas may have a line of commits that knows the version without key fields.
    for (let id = 2; id < 12; id++) await catalogue.sendRows(datasetId, [{ id, name: 'a', amount: 1 }]);
    await setKeys(datasetId, ['id']);
    for (let turn = 0; turn < 10; turn++) {
      await expect(catalogue.sendRows(datasetId, [{ name: 'a', amount: 2 }])).rejects.toMatchObject({
        code: 'invalid_rows',
        faults: [{ pointer: '/0/id', code: 'required' }],
      });
    }
    const unexposed = catalogue.sendRows(datasetId, [{ name: 'a' }], { fields: ['name'] });
    await expect(unexposed).rejects.toMatchObject({ faults: [{ pointer: '/0/id', code: 'required' }] });
  });

  test('that race with senders find a place in the order of commits: no snapshot has a key twice', async () => {
    const { datasetId, versionId } = await dataset([{ id: 0, name: 'a', amount: 0 }]);
    let ended = false;
    const seqs: number[] = [];
    const sender = async (from: number) => {
      const send = async (id: number) => {
        const { snapshot } = await catalogue.sendRows(datasetId, [{ id, name: 'a', amount: 1 }]);
        seqs.push(snapshot.seq);
      };
      let next = from;
      while (!ended && next < from + 100) await send(next++);
      await waitFor('the key fields', () => ended);
      for (let id = from; id < Math.min(next, from + 20); id++) await send(id);
    };
    const senders = [sender(1_000), sender(1_000_000)];
    await expect(
      setKeys(datasetId, ['id']).finally(() => {
        ended = true;
      }),
    ).resolves.toMatchObject({ keyFields: ['id'] });
    await Promise.all(senders);
    const marks = await catalogue
      .collection('segments')
      .find({ versionId, keyFields: ['id'] })
      .sort({ seq: 1 })
      .toArray();
    for (const seq of seqs.filter((each) => each >= Number(marks[0]?.seq))) {
      const { rows } = await read(replica(seq % 2), { snapshot: { versionId, seq } });
      expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    }
  }, 60_000);

  test('hold for a new version, which is refused without them; changed ones hold from the next version on', async () => {
    const { datasetId } = await dataset([{ id: 1, name: 'a', amount: 1 }]);
    await setKeys(datasetId, ['id']);
    const doubled = await load(datasetId, [
      { id: 3, name: 'a', amount: 1 },
      { id: 3, name: 'b', amount: 1 },
    ]);
    expect(doubled).toMatchObject({ phase: 'failed', error: { errors: [{ code: 'not_unique' }] } });
    expect(await load(datasetId, [{ id: 5, name: 'a', amount: 1 }])).toMatchObject({ phase: 'done', version: 2 });
    expect(await setKeys(datasetId, null)).toMatchObject({ keyFields: null });
    const { snapshot } = await catalogue.sendRows(datasetId, [{ id: 5, name: 'b', amount: 2 }]);
    expect((await read(replica(0), { snapshot })).rows).toEqual([{ id: 5, name: 'b', amount: 2 }]);
    expect(await load(datasetId, [{ id: 1, name: 'a', amount: 1 }])).toMatchObject({ version: 3 });
    const third = await catalogue.sendRows(datasetId, [{ id: 1, name: 'b', amount: 2 }]);
    expect((await read(replica(0), third)).rows).toHaveLength(2);
  });
});

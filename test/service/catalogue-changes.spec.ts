import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { getDataset, getVersion, updateDataset } from '@sluice/contracts/catalogue/datasets';
import { ChangesRequest } from '@sluice/contracts/catalogue/row-changes';
import { RowsRequest } from '@sluice/contracts/catalogue/rows';
import type { Filter } from '@sluice/contracts/filter';
import type { Snapshot } from '@sluice/contracts/snapshot';
import fc from 'fast-check';
import { Compaction } from '../../apps/catalogue/src/commits/compaction';
import { SegmentSweeper } from '../../apps/catalogue/src/commits/segment-sweeper';
import { RowsService } from '../../apps/catalogue/src/rows/rows.service';
import { seeds } from '../measure/seeds';
import { CatalogueReplicas, text } from './catalogue-replicas';

const DAY_MS = 24 * 3_600_000;
const names = ['id', 'name', 'amount'];
const keyFields = ['id', 'name'];

interface Row {
  id: number;
  name: string | null;
  amount: number;
}
interface Change {
  change: 'added' | 'changed' | 'removed';
  key?: Pick<Row, 'id' | 'name'>;
  row?: Row;
}

const keyOf = ({ id, name }: Pick<Row, 'id' | 'name'>) => `${id} ${name}`;

const filters: (Filter | null)[] = [
  null,
  { field: 'name', op: 'eq', values: ['b'] },
  { field: 'amount', op: 'gte', values: ['50'] },
  { not: { field: 'amount', op: 'lt', values: ['30'] } },
];

describe('changes between two snapshots, two replicas', () => {
  let catalogue: CatalogueReplicas;

  beforeAll(async () => {
    catalogue = await CatalogueReplicas.start();
  });

  afterAll(() => catalogue?.stop());

  const replica = (index: number) => catalogue.replicas[index] as NestFastifyApplication;

  async function dataset(rows: readonly Row[]): Promise<{ datasetId: string; versionId: string }> {
    const { id } = await catalogue.create();
    const lines = rows.map(({ id: number, name, amount }) => `${number},${name},${amount}`);
    await catalogue.run(id, 'csv', text(['id,name,amount', ...lines].join('\n')), { types: { name: 'text' } });
    return { datasetId: id, versionId: (await catalogue.call(getVersion, { datasetId: id })).id };
  }

  async function setKeys(datasetId: string) {
    const { revision } = await catalogue.call(getDataset, { datasetId });
    await catalogue.call(updateDataset, { datasetId, revision, keyFields });
  }

  async function read(on: NestFastifyApplication, snapshot: Snapshot, filter: Filter | null): Promise<Row[]> {
    const request = RowsRequest.parse({ snapshot, select: names, filter, sort: [], limit: 1_000, count: false });
    return JSON.parse(Buffer.from((await on.get(RowsService).read(request)).bytes).toString());
  }

  async function changes(
    on: NestFastifyApplication,
    snapshot: Snapshot,
    request: Pick<ChangesRequest, 'since'> & Partial<ChangesRequest>,
  ): Promise<Change[]> {
    const all: Change[] = [];
    for (let after: ChangesRequest['after']; ; ) {
      const whole = { snapshot, select: names, exposed: names, limit: 1_000, format: 'json', ...request, after };
      const { head, bytes } = await on.get(RowsService).changes(ChangesRequest.parse(whole));
      const page: Change[] = JSON.parse(Buffer.from(bytes).toString());
      expect(page).toHaveLength(head.returned);
      all.push(...page);
      if (!head.nextKey) return all;
      expect(head.returned).toBe(whole.limit);
      after = head.nextKey;
    }
  }

  /** What a consumer makes of its copy; it is wrong to be told of what it has, or has not. */
  function applied(copy: readonly Row[], told: readonly Change[]): Row[] {
    let rows = [...copy];
    for (const { change, key, row } of told) {
      const name = key ? keyOf(key) : null;
      expect(rows.some((each) => keyOf(each) === name)).toBe(change !== 'added');
      rows = rows.filter((each) => keyOf(each) !== name);
      if (change === 'removed') expect(row).toBeUndefined();
      else rows.push(row as Row);
    }
    return rows;
  }

  const someRow: fc.Arbitrary<Row> = fc.record({
    id: fc.integer({ min: 0, max: 3 }),
    name: fc.constantFrom('a', 'b'),
    amount: fc.integer({ min: 0, max: 100 }),
  });
  const uniqueRows = fc.uniqueArray(someRow, { minLength: 2, maxLength: 6, selector: keyOf });

  test('lead every copy to the rows of a full read, in their order, at each step', async () => {
    const consumer = fc.record({ filter: fc.nat(filters.length - 1), limit: fc.integer({ min: 1, max: 5 }) });
    const steps = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.record({ rows: fc.array(someRow, { minLength: 1, maxLength: 6 }) }) },
        { weight: 3, arbitrary: fc.record({ reader: fc.nat(1), on: fc.nat(1) }) },
        { weight: 1, arbitrary: fc.record({ compactOn: fc.nat(1) }) },
      ),
      { minLength: 2, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(uniqueRows, fc.tuple(consumer, consumer), steps, async (unique, consumers, taken) => {
        const { datasetId, versionId } = await dataset(unique.slice(0, 1));
        const readers = await Promise.all(
          consumers.map(async ({ filter, limit }) => {
            const copy = await read(replica(0), { versionId, seq: 0 }, filters[filter] ?? null);
            return { filter: filters[filter] ?? null, limit, copy, since: 0 };
          }),
        );
        let { seq } = (await catalogue.sendRows(datasetId, unique.slice(1))).snapshot;
        await setKeys(datasetId);
        const follow = async (index: number, on: NestFastifyApplication) => {
          const reader = readers[index];
          if (!reader) throw new Error('no such reader');
          const { since, limit, filter, copy } = reader;
          const told = await changes(on, { versionId, seq }, { since, limit, filter });
          reader.copy = applied(copy, told);
          reader.since = seq;
          expect(reader.copy).toEqual(await read(replica(1), { versionId, seq }, filter));
        };
        for (const step of taken) {
          if ('rows' in step) ({ seq } = (await catalogue.sendRows(datasetId, step.rows)).snapshot);
          else if ('reader' in step) await follow(step.reader, replica(step.on));
          else {
            await replica(step.compactOn).get(Compaction).compact(versionId);
            await replica(step.compactOn)
              .get(SegmentSweeper)
              .sweep(Date.now() + 2 * DAY_MS);
          }
        }
        for (const index of readers.keys()) await follow(index, replica(index));
      }),
      { numRuns: seeds(15), interruptAfterTimeLimit: 45_000, endOnFailure: true },
    );
  }, 120_000);

  test('without key fields are the rows that were added', async () => {
    const { datasetId, versionId } = await dataset([{ id: 1, name: 'a', amount: 1 }]);
    await catalogue.sendRows(datasetId, [{ id: 1, name: 'a', amount: 2 }]);
    const { snapshot } = await catalogue.sendRows(datasetId, [{ id: 1, name: null, amount: 3 }]);
    expect(await changes(replica(0), { versionId, seq: 2 }, { since: 0 })).toEqual([
      { change: 'added', row: { id: 1, name: 'a', amount: 2 } },
      { change: 'added', row: { id: 1, name: null, amount: 3 } },
    ]);
    expect(await changes(replica(1), snapshot, { since: snapshot.seq })).toEqual([]);
  });

  test('tell no field that is hidden, and nothing where the key is', async () => {
    const { datasetId, versionId } = await dataset([{ id: 1, name: 'a', amount: 60 }]);
    await setKeys(datasetId);
    const { snapshot } = await catalogue.sendRows(datasetId, [{ id: 1, name: 'a', amount: 5 }]);
    const filter: Filter = { field: 'amount', op: 'gte', values: ['50'] };
    const request = { since: 0, select: ['name'], exposed: keyFields };
    expect(await changes(replica(0), snapshot, request)).toEqual([
      { change: 'changed', key: { id: 1, name: 'a' }, row: { name: 'a' } },
    ]);
    expect(await changes(replica(0), snapshot, { ...request, filter })).toEqual([
      { change: 'removed', key: { id: 1, name: 'a' } },
    ]);
    const hidden = changes(replica(0), { versionId, seq: snapshot.seq }, { ...request, exposed: ['name', 'amount'] });
    await expect(hidden).rejects.toMatchObject({ code: 'not_found' });
  });

  test('of very many rows come page by page, each once', async () => {
    const { datasetId } = await dataset([{ id: 0, name: 'k', amount: 0 }]);
    await setKeys(datasetId);
    const batch = (first: number, amount: number) =>
      Array.from({ length: 5_000 }, (_, index) => ({ id: first + index, name: 'k', amount }));
    const { snapshot: before } = await catalogue.sendRows(datasetId, batch(0, 1));
    await catalogue.sendRows(datasetId, batch(2_500, 2));
    const { snapshot } = await catalogue.sendRows(datasetId, batch(5_000, 3));
    const told = await changes(replica(0), snapshot, { since: before.seq });
    expect(told.map(({ key }) => key?.id)).toEqual(Array.from({ length: 7_500 }, (_, index) => 2_500 + index));
    expect(told.filter(({ change }) => change === 'changed')).toHaveLength(2_500);
    expect(told.every(({ key, row }) => row?.amount === ((key?.id ?? 0) < 5_000 ? 2 : 3))).toBe(true);
  });
});

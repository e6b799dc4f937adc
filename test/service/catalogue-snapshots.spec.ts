import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { getVersion } from '@sluice/contracts/catalogue/datasets';
import { exportRows } from '@sluice/contracts/catalogue/row-formats';
import type { Group } from '@sluice/contracts/catalogue/row-groups';
import { RowsRequest } from '@sluice/contracts/catalogue/rows';
import { SendRequest } from '@sluice/contracts/catalogue/sends';
import type { Filter } from '@sluice/contracts/filter';
import { openSendRules } from '@sluice/contracts/send-rules';
import type { Snapshot } from '@sluice/contracts/snapshot';
import { newId } from '@sluice/runtime/ids';
import fc from 'fast-check';
import { mongo } from 'mongoose';
import { Compaction } from '../../apps/catalogue/src/commits/compaction';
import { SegmentSweeper } from '../../apps/catalogue/src/commits/segment-sweeper';
import { RowsService } from '../../apps/catalogue/src/rows/rows.service';
import { SendsService } from '../../apps/catalogue/src/sends/sends.service';
import { seeds } from '../measure/seeds';
import { groupsOf, matches, type OracleRow, sorted } from '../support/row-oracle';
import { allBytes, CatalogueReplicas, text } from './catalogue-replicas';

const DAY_MS = 24 * 3_600_000;
const names = ['id', 'name', 'amount'];

const filters: (Filter | null)[] = [
  null,
  { field: 'name', op: 'eq', values: ['b'] },
  { field: 'amount', op: 'gte', values: ['50'] },
  { field: 'id', op: 'eq', values: ['7'] },
];
const group: Group = {
  keys: [{ field: 'name', name: 'name' }],
  aggregates: [
    { fn: 'count', name: 'count' },
    { fn: 'sum', field: 'id', name: 'sum' },
  ],
} as Group;

const anySend = {
  apiId: newId('api'),
  format: 'json',
  fields: null,
  rules: openSendRules,
  lenient: false,
  dryRun: false,
  idempotency: null,
};

describe('snapshots of a version that rows are sent to, two replicas', () => {
  let catalogue: CatalogueReplicas;

  beforeAll(async () => {
    catalogue = await CatalogueReplicas.start();
  });

  afterAll(() => catalogue?.stop());

  async function dataset(rows: readonly OracleRow[]): Promise<{ datasetId: string; versionId: string }> {
    const { id } = await catalogue.create();
    const lines = rows.map(({ id: key, name, amount }) => `${key},${name ?? ''},${amount}`);
    await catalogue.run(id, 'csv', text(['id,name,amount', ...lines].join('\n')), { types: { name: 'text' } });
    return { datasetId: id, versionId: (await catalogue.call(getVersion, { datasetId: id })).id };
  }

  /** Read by that very replica. */
  async function read(replica: NestFastifyApplication, request: Partial<RowsRequest> & { snapshot: Snapshot }) {
    const whole = RowsRequest.parse({ select: names, sort: [], limit: 1_000, count: true, ...request });
    const { head, bytes } = await replica.get(RowsService).read(whole);
    return { ...head, rows: JSON.parse(Buffer.from(bytes).toString()) as unknown[] };
  }

  const plain = (rows: readonly OracleRow[]) =>
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, plainCell(cell)])));
  const plainCell = (cell: OracleRow[string]) =>
    typeof cell === 'bigint'
      ? Number(cell)
      : cell !== null && typeof cell === 'object' && 'units' in cell
        ? Number(cell.units / 10n ** 20n)
        : cell;

  const someRow = fc.record({
    id: fc.integer({ min: 0, max: 30 }).map(BigInt),
    name: fc.constantFrom('a', 'b', 'ü', null),
    amount: fc.integer({ min: 0, max: 100 }).map(BigInt),
  });
  const someRows = (minLength: number) => fc.array(someRow, { minLength, maxLength: 12 }) as fc.Arbitrary<OracleRow[]>;

  test('are what they were for ever, whatever is sent, compacted and swept, on whichever replica', async () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 5, arbitrary: fc.record({ rows: someRows(1) }) },
        { weight: 1, arbitrary: fc.record({ compactOn: fc.nat(1) }) },
        { weight: 1, arbitrary: fc.record({ readOn: fc.nat(1) }) },
        { weight: 1, arbitrary: fc.record({ sweepOn: fc.nat(1) }) },
      ),
      { minLength: 3, maxLength: 14 },
    );
    await fc.assert(
      fc.asyncProperty(someRows(1), steps, async (first, taken) => {
        const { datasetId, versionId } = await dataset(first);
        const replica = (index: number) => catalogue.replicas[index] as NestFastifyApplication;
        const ends = [first.length];
        const all = [...first];
        for (const step of taken) {
          if ('rows' in step) {
            const { snapshot } = await catalogue.sendRows(datasetId, plain(step.rows));
            expect(snapshot).toEqual({ versionId, seq: ends.length });
            all.push(...step.rows);
            ends.push(all.length);
          } else if ('compactOn' in step) await replica(step.compactOn).get(Compaction).compact(versionId);
          else if ('sweepOn' in step)
            await replica(step.sweepOn)
              .get(SegmentSweeper)
              .sweep(Date.now() + 2 * DAY_MS);
          else await read(replica(step.readOn), { snapshot: { versionId, seq: ends.length - 1 } });
        }
        for (const [seq, end] of ends.entries()) {
          const rows = all.slice(0, end);
          for (const each of catalogue.replicas) await expectAsOracle(each, { versionId, seq }, rows);
        }
        const last = { versionId, seq: ends.length - 1 };
        const { bytes } = await catalogue.call(exportRows, {
          snapshot: last,
          select: names,
          filter: null,
          search: null,
          group: null,
          sort: [{ field: 'amount', descending: true }],
          format: 'json',
        });
        const exported = (await allBytes(bytes)).subarray(0, -8).toString();
        expect(JSON.parse(exported)).toEqual(plain(sorted(all, [{ field: 'amount', descending: true }])));
      }),
      // A slow machine tries fewer, and a failure is told as it is: made smaller, it would take minutes.
      { numRuns: seeds(12), interruptAfterTimeLimit: 45_000, endOnFailure: true },
    );
  }, 120_000);

  async function expectAsOracle(replica: NestFastifyApplication, snapshot: Snapshot, rows: OracleRow[]) {
    for (const filter of filters) {
      const found = rows.filter((row) => matches(row, filter));
      const page = await read(replica, { snapshot, filter });
      expect(page).toMatchObject({ total: found.length, rows: plain(found) });
    }
    const sort = [{ field: 'name', descending: true }];
    const firstPage = await read(replica, { snapshot, sort, limit: 3 });
    const rest = firstPage.nextKey ? await read(replica, { snapshot, sort, after: firstPage.nextKey }) : { rows: [] };
    expect([...firstPage.rows, ...rest.rows]).toEqual(plain(sorted(rows, sort)));
    const groups = await read(replica, { snapshot, group, select: ['name', 'count', 'sum'] });
    expect(groups.rows).toEqual(plain(groupsOf(rows, group)));
    const tail = await read(replica, { snapshot, after: { row: Math.max(0, rows.length - 3), values: [] } });
    expect(tail.rows).toEqual(plain(rows.slice(Math.max(0, rows.length - 3) + 1)));
  }

  test('of very many rows have them all, in their order, through files and merges of files', async () => {
    const { datasetId, versionId } = await dataset([{ id: 0n, name: 'file', amount: 0n }]);
    const [replica, other] = catalogue.replicas as [NestFastifyApplication, NestFastifyApplication];
    const batch = 4_000;
    const batches = 30;
    for (let seq = 1; seq <= batches; seq++) {
      const rows = Array.from({ length: batch }, (_, i) => ({
        id: 1 + (seq - 1) * batch + i,
        name: `n${i}`,
        amount: seq,
      }));
      await catalogue.sendRows(datasetId, rows);
      if (seq % 3 === 0) await expectCounted(replica, { versionId, seq });
      if (seq === 20) await other.get(Compaction).compact(versionId);
    }
    await replica.get(Compaction).compact(versionId);
    for (let seq = 1; seq <= batches; seq++) {
      await expectCounted(replica, { versionId, seq });
      await expectCounted(other, { versionId, seq });
    }
    const looked = await read(replica, {
      snapshot: { versionId, seq: batches },
      filter: { field: 'name', op: 'eq', values: ['n17'] },
    });
    expect(looked.total).toBe(batches);

    async function expectCounted(on: NestFastifyApplication, snapshot: Snapshot) {
      const end = 1 + snapshot.seq * batch;
      const whole: Group = { keys: [], aggregates: group.aggregates };
      const { rows } = await read(on, { snapshot, group: whole, select: ['count', 'sum'] });
      expect(rows).toEqual([{ count: end, sum: (end * (end - 1)) / 2 }]);
      const page = await read(on, { snapshot, limit: 10, after: { row: end - 5, values: [] } });
      expect(page.rows.map((row) => (row as { id: number }).id)).toEqual([end - 4, end - 3, end - 2, end - 1]);
      expect(page.total).toBe(end);
    }
  }, 120_000);

  test('get every row behind the newest commit, also through a replica whose own last one was swept since', async () => {
    const { datasetId, versionId } = await dataset([{ id: 0n, name: 'file', amount: 0n }]);
    const [idle, busy] = catalogue.replicas as [NestFastifyApplication, NestFastifyApplication];
    const send = async (replica: NestFastifyApplication, id: number) => {
      const request = SendRequest.parse({ ...anySend, datasetId });
      const body = Buffer.from(JSON.stringify({ id, name: 'sent', amount: id }));
      return (await replica.get(SendsService).send(request, body)).snapshot.seq;
    };
    expect(await send(idle, 1)).toBe(1);
    for (const id of [2, 3, 4]) expect(await send(busy, id)).toBe(id);
    await busy.get(Compaction).compact(versionId);
    await busy.get(SegmentSweeper).sweep(Date.now() + 2 * DAY_MS);
    expect(await send(idle, 5)).toBe(5);
    for (const replica of catalogue.replicas) {
      const { rows } = await read(replica, { snapshot: { versionId, seq: 5 } });
      expect(rows.map((row) => (row as { id: number }).id)).toEqual([0, 1, 2, 3, 4, 5]);
    }
  });

  test('lose no row to a compaction that another one has overtaken, with a sweep behind it', async () => {
    const { datasetId, versionId } = await dataset([{ id: 0n, name: 'file', amount: 0n }]);
    for (let id = 1; id <= 5; id++) await catalogue.sendRows(datasetId, [{ id, name: 'sent', amount: id }]);
    // What it finds that looked for pieces before the other one was ready, and for commits after the sweep.
    await catalogue.collection('segments').deleteMany({ versionId, seq: { $lt: 4 } });
    await catalogue.replicas[0]?.get(Compaction).compact(versionId);
    expect(await catalogue.collection('segment_pieces').countDocuments({ versionId })).toBe(0);
    expect(await catalogue.collection('segments').countDocuments({ versionId, loose: true })).toBe(2);
  });

  test('survive a compaction that ends anywhere, and one on two replicas at once', async () => {
    const { datasetId, versionId } = await dataset([{ id: 0n, name: 'file', amount: 0n }]);
    const send = async (from: number, to: number) => {
      for (let id = from; id < to; id++) await catalogue.sendRows(datasetId, [{ id, name: 'sent', amount: id }]);
    };
    const pieces = () => catalogue.collection('segment_pieces').find({ versionId }).toArray();
    const looseOnes = () => catalogue.collection('segments').countDocuments({ versionId, loose: true });
    const idsOn = async (replica: NestFastifyApplication, seq: number) =>
      (await read(replica, { snapshot: { versionId, seq } })).rows.map((row) => (row as { id: number }).id);
    await send(1, 11);

    // Ended before its file was whole.
    const fileId = new mongo.ObjectId();
    const half = { datasetId, versionId, from: 1, to: 10, firstRow: 1, rowCount: 10, lastId: new mongo.ObjectId() };
    const createdAt = new Date(Date.now() - 3_600_000);
    await catalogue
      .collection('segment_pieces')
      .insertOne({ _id: new mongo.ObjectId(), ...half, fileId, ready: false, createdAt });
    await catalogue.collection('version_files.chunks').insertOne({ _id: new mongo.ObjectId(), files_id: fileId, n: 0 });
    await Promise.all(catalogue.replicas.map((replica) => replica.get(Compaction).compact(versionId)));
    expect(await looseOnes()).toBe(0);

    // Ended before the rows left their commits.
    await send(11, 21);
    const before = await catalogue.collection('segments').find({ versionId, loose: true }).toArray();
    await catalogue.replicas[0]?.get(Compaction).compact(versionId);
    for (const { _id, rows } of before) {
      await catalogue.collection('segments').updateOne({ _id }, { $set: { rows, loose: true } });
    }
    const late = await catalogue.startReplica('late');
    try {
      for (const replica of [...catalogue.replicas, late]) {
        for (const seq of [20, 13, 10, 4, 0]) {
          expect(await idsOn(replica, seq)).toEqual(Array.from({ length: seq + 1 }, (_, id) => id));
        }
      }
      await late.get(Compaction).compact(versionId);
      expect(await looseOnes()).toBe(0);
      await late.get(SegmentSweeper).sweep(Date.now() + DAY_MS / 2);
      expect(await pieces()).toHaveLength(1);
      const files = catalogue.collection('version_files.files');
      expect(await files.countDocuments({ filename: versionId })).toBe(2);
      expect(await catalogue.collection('version_files.chunks').countDocuments({ files_id: fileId })).toBe(0);
      expect(await idsOn(late, 20)).toHaveLength(21);
    } finally {
      await late.close();
    }
  }, 60_000);
});

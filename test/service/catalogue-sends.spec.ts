import { createHash } from 'node:crypto';
import { listSnapshots, snapshotAdvanced, snapshotsHeartbeat } from '@sluice/contracts/catalogue/catalogue-events';
import { getVersion, listVersions } from '@sluice/contracts/catalogue/datasets';
import type { SendKey, SendResult } from '@sluice/contracts/catalogue/sends';
import type { PayloadOf } from '@sluice/contracts/contract';
import { openSendRules } from '@sluice/contracts/send-rules';
import { newId } from '@sluice/runtime/ids';
import { SegmentSweeper } from '../../apps/catalogue/src/commits/segment-sweeper';
import { DatasetsStore } from '../../apps/catalogue/src/stores/datasets.store';
import { waitFor } from '../support/wait-for';
import { CatalogueReplicas, text } from './catalogue-replicas';

const SENDERS = 20;

/** The key of a send of these rows. */
const keyOf = (key: string, rows: readonly object[], sender?: string): SendKey => ({
  key,
  sender,
  bodyHash: createHash('sha256').update(JSON.stringify(rows)).digest('hex'),
});

describe('rows that are sent to the catalogue, three replicas', () => {
  let catalogue: CatalogueReplicas;
  let advanced: PayloadOf<typeof snapshotAdvanced>[];
  let beats: PayloadOf<typeof snapshotsHeartbeat>[];

  beforeAll(async () => {
    catalogue = await CatalogueReplicas.start(3);
    advanced = await catalogue.caller.listen(snapshotAdvanced);
    beats = await catalogue.caller.listen(snapshotsHeartbeat);
  });

  afterAll(() => catalogue?.stop());

  async function dataset(csv = 'id,name\n0,file\n'): Promise<string> {
    const { id } = await catalogue.create();
    const state = await catalogue.run(id, 'csv', text(csv));
    expect(state.phase).toBe('done');
    return id;
  }

  const seqsOf = (results: readonly SendResult[]) => results.map(({ snapshot }) => snapshot.seq);

  test('are read from every replica at once, behind those of the file', async () => {
    const id = await dataset();
    const sent = await catalogue.sendRows(id, [{ id: 1, name: 'sent' }, { id: 2 }]);
    expect(sent).toMatchObject({ accepted: 2, rejected: 0, faults: [], version: 1, replayed: false });
    expect(sent.snapshot.seq).toBe(1);
    for (let replica = 0; replica < 12; replica++) {
      expect(await catalogue.readAll(sent.snapshot, ['id', 'name'])).toEqual([
        { id: 0, name: 'file' },
        { id: 1, name: 'sent' },
        { id: 2, name: null },
      ]);
    }
    expect(await catalogue.readAll({ ...sent.snapshot, seq: 0 }, ['id'])).toEqual([{ id: 0 }]);
    expect(await catalogue.call(getVersion, { datasetId: id })).toMatchObject({ rowCount: 3, seq: 1, number: 1 });
    const { data } = await catalogue.call(listVersions, { datasetId: id, limit: 10 });
    expect(data).toMatchObject([{ rowCount: 3, seq: 1, fields: [{ nullable: true }, { nullable: true }] }]);
  });

  test('are added without a read of their dataset for each send', async () => {
    const id = await dataset();
    const reads = catalogue.replicas.map((replica) => jest.spyOn(replica.get(DatasetsStore), 'stored'));
    const beginMs = performance.now();
    for (let row = 0; row < 100; row++) await catalogue.sendRows(id, [{ id: row }]);
    // Each replica reads at first, and then every half second beside them.
    const most = reads.length * (1 + (performance.now() - beginMs) / 500);
    const calls = reads.reduce((sum, read) => sum + read.mock.calls.length, 0);
    expect(calls).toBeLessThanOrEqual(Math.ceil(most));
    expect(calls).toBeGreaterThan(0);
  });

  test('are put together by one replica, though each looks whether they should be', async () => {
    const id = await dataset();
    const { snapshot } = await catalogue.sendRows(id, [{ id: 0 }]);
    for (let row = 1; row < 64; row++) await catalogue.sendRows(id, [{ id: row }]);
    await Promise.all(catalogue.replicas.map((replica) => replica.get(SegmentSweeper).sweep()));
    const pieces = () => catalogue.collection('segment_pieces').find({ versionId: snapshot.versionId }).toArray();
    expect(await pieces()).toMatchObject([{ from: 1, to: 64, ready: true }]);
    expect(await catalogue.readAll({ ...snapshot, seq: 64 }, ['id'])).toHaveLength(65);
  });

  test('are refused by the name of the limit that their API has for stored rows and bytes, also when they come at once', async () => {
    const id = await dataset();
    const few = { rules: { ...openSendRules, maxStoredRows: 50 } };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 2 * SENDERS }, (_, at) => catalogue.sendRows(id, [{ id: at }, { id: at }], few)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(25);
    const refusal = { code: 'send_limit_reached', faults: [{ code: 'maxStoredRows', max: 50 }] };
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(refusal);
    await expect(catalogue.sendRows(id, [{ id: 1 }], { ...few, dryRun: true })).rejects.toMatchObject(refusal);
    const small = { rules: { ...openSendRules, maxStoredBytes: 1_000 } };
    await expect(catalogue.sendRows(id, [{ name: 'x'.repeat(900) }], small)).rejects.toMatchObject({
      code: 'send_limit_reached',
      faults: [{ code: 'maxStoredBytes', max: 1_000 }],
    });
    const { snapshot } = await catalogue.sendRows(id, [{ id: 1 }]);
    expect(await catalogue.readAll(snapshot, ['id'])).toHaveLength(52);
    await catalogue.run(id, 'csv', text('id,name\n0,next\n'));
    expect(await catalogue.sendRows(id, [{ id: 1 }], few)).toMatchObject({ accepted: 1, version: 2 });
  });

  test(`of ${SENDERS} senders at a time are all there, each once and in the order of the commits`, async () => {
    const id = await dataset();
    const batches = 10;
    const results: { first: number; result: SendResult }[] = [];
    await Promise.all(
      Array.from({ length: SENDERS }, async (_, sender) => {
        for (let batch = 0; batch < batches; batch++) {
          const first = 1 + (sender * batches + batch) * 3;
          const rows = [0, 1, 2].map((row) => ({ id: first + row, name: `${sender}` }));
          results.push({ first, result: await catalogue.sendRows(id, rows) });
        }
      }),
    );
    const last = results.reduce((max, { result }) => (result.snapshot.seq > max.seq ? result.snapshot : max), {
      versionId: '',
      seq: 0,
    });
    const rows = (await catalogue.readAll(last, ['id'])).map((row) => Number(row.id));
    expect([...rows].sort((a, b) => a - b)).toEqual(Array.from({ length: 1 + SENDERS * batches * 3 }, (_, i) => i));
    for (const { first } of results) {
      // Together, and there from the snapshot on that the sender was told, not before.
      expect(rows.slice(rows.indexOf(first), rows.indexOf(first) + 3)).toEqual([first, first + 1, first + 2]);
    }
    const [some] = results;
    if (!some) throw new Error('nothing was sent');
    const { seq } = some.result.snapshot;
    const idsAt = async (at: number) => (await catalogue.readAll({ ...last, seq: at }, ['id'])).map((row) => row.id);
    expect(await idsAt(seq)).toContain(some.first);
    expect(await idsAt(seq - 1)).not.toContain(some.first);
    // Senders that wait for each other share commits.
    expect(last.seq).toBeLessThan(SENDERS * batches);
    expect(new Set(seqsOf(results.map(({ result }) => result))).size).toBe(last.seq);
  });

  test('under one key are there once, however often and wherever they are sent at the same time', async () => {
    const id = await dataset();
    const rows = [{ id: 1, name: 'once' }];
    const idempotency = keyOf(newId('key'), rows);
    const results = await Promise.all(
      Array.from({ length: SENDERS }, () => catalogue.sendRows(id, rows, { idempotency })),
    );
    const [first] = results;
    expect(new Set(results.map(({ replayed, ...answer }) => JSON.stringify(answer))).size).toBe(1);
    expect(results.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await catalogue.readAll(first?.snapshot ?? { versionId: '', seq: 0 }, ['id'])).toEqual([
      { id: 0 },
      { id: 1 },
    ]);
    expect(await catalogue.call(getVersion, { datasetId: id })).toMatchObject({ rowCount: 2, seq: 1 });
    const other = keyOf(idempotency.key, [{ id: 2 }]);
    await expect(catalogue.sendRows(id, [{ id: 2 }], { idempotency: other })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
  });

  test('under a key belong to their sender: the key of another neither keeps them out nor stands for them', async () => {
    const id = await dataset();
    const key = newId('key');
    const [a, b] = [[{ id: 1 }], [{ id: 2 }]];
    const mine = await catalogue.sendRows(id, a, { idempotency: keyOf(key, a, 'tok_a') });
    const other = await catalogue.sendRows(id, b, { idempotency: keyOf(key, b, 'tok_b') });
    const same = await catalogue.sendRows(id, a, { idempotency: keyOf(key, a, 'tok_c') });
    expect([mine, other, same].map(({ accepted, replayed }) => ({ accepted, replayed }))).toEqual(
      Array(3).fill({ accepted: 1, replayed: false }),
    );
    expect(await catalogue.sendRows(id, b, { idempotency: keyOf(key, b, 'tok_b') })).toMatchObject({ replayed: true });
    expect(await catalogue.readAll(same.snapshot, ['id'])).toEqual([{ id: 0 }, { id: 1 }, { id: 2 }, { id: 1 }]);
  });

  test('under a key of the release before, whose keys had no sender, are not there twice', async () => {
    const id = await dataset();
    const rows = [{ id: 1 }];
    const before = keyOf(newId('key'), rows);
    await catalogue.sendRows(id, rows, { idempotency: before });
    const again = await catalogue.sendRows(id, rows, { idempotency: { ...before, sender: 'tok_a' } });
    expect(again.replayed).toBe(true);
  });

  test('that are only checked leave nothing', async () => {
    const id = await dataset();
    const { snapshot } = await catalogue.sendRows(id, [{ id: 1 }]);
    expect(await catalogue.sendRows(id, [{ id: 2 }], { dryRun: true })).toMatchObject({ accepted: 1, snapshot });
    expect(await catalogue.call(getVersion, { datasetId: id })).toMatchObject({ rowCount: 2, seq: 1 });
  });

  test('need a dataset, a version of it, and valid values', async () => {
    await expect(catalogue.sendRows(newId('ds'), [{}])).rejects.toMatchObject({ code: 'dataset_not_found' });
    const { id } = await catalogue.create();
    await expect(catalogue.sendRows(id, [{}])).rejects.toMatchObject({ code: 'dataset_empty' });
    const filled = await dataset();
    await expect(catalogue.sendRows(filled, [{ id: 1 }, { id: 'x' }])).rejects.toMatchObject({
      code: 'invalid_rows',
      faults: [{ pointer: '/1/id' }],
    });
    expect(await catalogue.call(getVersion, { datasetId: filled })).toMatchObject({ rowCount: 1, seq: 0 });
  });

  test('are told to gateways at once, and again by every heartbeat', async () => {
    const id = await dataset();
    const { snapshot } = await catalogue.sendRows(id, [{ id: 1 }]);
    await waitFor('the event', () => advanced.some((each) => each.versionId === snapshot.versionId));
    expect(advanced.filter(({ versionId }) => versionId === snapshot.versionId)).toEqual([snapshot]);
    const told = () => beats.filter((beat) => beat.advanced.some(({ versionId }) => versionId === snapshot.versionId));
    await waitFor('heartbeats of all replicas', () => told().length >= 6);
    expect(told()[0]?.advanced).toContainEqual(snapshot);
    const asked = await catalogue.call(listSnapshots, { versionIds: [snapshot.versionId, newId('ver')] });
    expect(asked.snapshots).toEqual([snapshot]);
  });

  test('of a snapshot that never was are refused', async () => {
    const id = await dataset();
    const { snapshot } = await catalogue.sendRows(id, [{ id: 1 }]);
    await expect(catalogue.readAll({ ...snapshot, seq: 7 }, ['id'])).rejects.toMatchObject({ code: 'invalid_query' });
    expect(await catalogue.readAll(snapshot, ['id'])).toHaveLength(2);
  });

  test('come back as every type has them', async () => {
    const csv = [
      'text,integer,number,decimal,boolean,date,datetime,time,json',
      'a,1,1.5,12345678901234567.25,true,2026-01-31,2026-01-31T10:00:00Z,10:11:12,"{""a"":1}"',
    ].join('\n');
    const { id } = await catalogue.create();
    await catalogue.run(id, 'csv', text(csv), { types: { json: 'json', text: 'text' } });
    const row = {
      text: 'half of \u{1f600} "quoted" \\ud800 \u0001\n',
      integer: -9_007_199_254_740_991,
      number: -1.5e-300,
      decimal: '-98765432109876543.21',
      boolean: false,
      date: '0001-02-03',
      datetime: '1969-12-31T23:59:59.123456Z',
      time: '23:59:59.5',
      json: { deep: [1, { text: 'é' }, null] },
    };
    const { snapshot } = await catalogue.sendRows(id, [row]);
    const fields = Object.keys(row);
    const [, sent] = await catalogue.readAll(snapshot, fields);
    expect(sent).toEqual({ ...row, decimal: Number(row.decimal) });
    expect(await catalogue.call(getVersion, { datasetId: id })).toMatchObject({
      fields: fields.map((name) => ({ type: name })),
    });
  });
});

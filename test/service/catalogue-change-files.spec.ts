import { deleteVersion, getVersion, markVersionDeleting, updateDataset } from '@sluice/contracts/catalogue/datasets';
import { type ChangeFileRequest, openChangeFile, readViewFile } from '@sluice/contracts/catalogue/view-files';
import type { Filter } from '@sluice/contracts/filter';
import type { Snapshot } from '@sluice/contracts/snapshot';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { seeds } from '../measure/seeds';
import { waitFor } from '../support/wait-for';
import { allBytes, CatalogueReplicas, text } from './catalogue-replicas';

interface Row {
  id: number;
  city: string;
  size: number;
}
type Change = [seq: number, type: string, ...values: unknown[]];

const large: Filter = { field: 'size', op: 'gte', values: ['50'] };
const view = { select: ['id', 'city'], filter: large };
const fits = ({ size }: Row) => size >= 50;
const told = ({ id, city }: Row) => [id, city] as const;

describe('files of what changed, made by two replicas', () => {
  let catalogue: CatalogueReplicas;

  beforeAll(async () => {
    catalogue = await CatalogueReplicas.start();
  });

  afterAll(() => catalogue?.stop());

  const csv = (rows: readonly Row[]) =>
    text(['id,city,size', ...rows.map(({ id, city, size }) => `${id},${city},${size}`)].join('\n'));

  async function dataset(rows: readonly Row[], keyFields: string[] | null = ['id']): Promise<string> {
    const { id: datasetId, revision } = await catalogue.create();
    if (keyFields) await catalogue.call(updateDataset, { datasetId, revision, keyFields });
    expect(await catalogue.run(datasetId, 'csv', csv(rows))).toMatchObject({ phase: 'done' });
    return datasetId;
  }

  async function now(datasetId: string): Promise<Snapshot> {
    const { id, seq } = await catalogue.call(getVersion, { datasetId });
    return { versionId: id, seq };
  }

  async function changes(request: ChangeFileRequest): Promise<Change[]> {
    const { file, parts } = await catalogue.call(openChangeFile, request);
    const found: Change[] = [];
    for (const { seq, from, bytes, rows } of parts) {
      const read = { id: file.id, from, to: from + bytes - 1 };
      const part = await allBytes((await catalogue.caller.services.request(readViewFile, read)).bytes);
      const objects = await parquetReadObjects({ file: new Uint8Array(part).buffer });
      expect(objects).toHaveLength(rows);
      expect(part.includes('size')).toBe(false);
      for (const { id, city, _change_type: type } of objects) found.push([seq, type, Number(id), city]);
    }
    return found;
  }

  it('tell each commit by itself, of rows that replaced others both images, and nothing that the view hides', async () => {
    const datasetId = await dataset([
      { id: 1, city: 'Rome', size: 60 },
      { id: 2, city: 'Oslo', size: 70 },
      { id: 3, city: 'Bern', size: 10 },
    ]);
    const before = await now(datasetId);
    await catalogue.sendRows(datasetId, [
      { id: 1, city: 'Roma', size: 61 },
      { id: 4, city: 'Riga', size: 80 },
    ]);
    await catalogue.sendRows(datasetId, [{ id: 5, city: 'Graz', size: 5 }]);
    await catalogue.sendRows(datasetId, [
      { id: 2, city: 'Oslo', size: 7 },
      { id: 3, city: 'Bern', size: 90 },
      { id: 4, city: 'Rīga', size: 80 },
      { id: 4, city: 'RIGA', size: 80 },
    ]);
    expect(await changes({ ...view, before, now: await now(datasetId) })).toEqual([
      [1, 'update_preimage', 1, 'Rome'],
      [1, 'update_postimage', 1, 'Roma'],
      [1, 'insert', 4, 'Riga'],
      [3, 'delete', 2, 'Oslo'],
      [3, 'insert', 3, 'Bern'],
      [3, 'update_preimage', 4, 'Riga'],
      [3, 'update_postimage', 4, 'RIGA'],
    ]);
  });

  it('of a dataset without key fields only add rows', async () => {
    const datasetId = await dataset([{ id: 1, city: 'Rome', size: 60 }], null);
    const before = await now(datasetId);
    for (const size of [60, 10]) await catalogue.sendRows(datasetId, [{ id: 1, city: 'Rome', size }]);
    expect(await changes({ ...view, before, now: await now(datasetId) })).toEqual([[1, 'insert', 1, 'Rome']]);
  });

  it('of the next version are its difference by the key fields', async () => {
    const datasetId = await dataset([
      { id: 1, city: 'Rome', size: 60 },
      { id: 2, city: 'Oslo', size: 70 },
      { id: 3, city: 'Bern', size: 80 },
    ]);
    await catalogue.sendRows(datasetId, [{ id: 3, city: 'Berne', size: 80 }]);
    const before = await now(datasetId);
    const next = [
      { id: 1, city: 'Rome', size: 99 },
      { id: 3, city: 'Bern', size: 80 },
      { id: 4, city: 'Riga', size: 50 },
    ];
    expect(await catalogue.run(datasetId, 'csv', csv(next))).toMatchObject({ phase: 'done' });
    expect(await changes({ ...view, before, now: await now(datasetId) })).toEqual([
      [0, 'delete', 2, 'Oslo'],
      [0, 'update_preimage', 3, 'Berne'],
      [0, 'update_postimage', 3, 'Bern'],
      [0, 'insert', 4, 'Riga'],
    ]);
    const unkeyed = await dataset([{ id: 1, city: 'Rome', size: 60 }], null);
    const first = await now(unkeyed);
    await catalogue.run(unkeyed, 'csv', csv(next));
    await expect(changes({ ...view, before: first, now: await now(unkeyed) })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('is made once for both replicas, and goes with either of its versions', async () => {
    const datasetId = await dataset([{ id: 1, city: 'Rome', size: 60 }]);
    const before = await now(datasetId);
    await catalogue.run(datasetId, 'csv', csv([{ id: 1, city: 'Roma', size: 61 }]));
    const request = { ...view, before, now: await now(datasetId) };
    const files = await Promise.all(Array.from({ length: 8 }, () => catalogue.call(openChangeFile, request)));
    expect(new Set(files.map((file) => JSON.stringify(file))).size).toBe(1);
    const stored = () => catalogue.collection('view_files').countDocuments({ beforeVersionId: before.versionId });
    expect(await stored()).toBe(1);
    await catalogue.call(markVersionDeleting, { datasetId, number: 1 });
    await catalogue.call(deleteVersion, { datasetId, number: 1 });
    await waitFor('the end of the file', async () => (await stored()) === 0);
  });

  it('applied to the rows of before give the rows of each later snapshot', async () => {
    const row = fc.record({
      id: fc.integer({ min: 0, max: 8 }),
      city: fc.constantFrom('Rome', 'Oslo', 'Bern'),
      size: fc.integer({ min: 40, max: 60 }),
    });
    const distinct = fc.uniqueArray(row, { maxLength: 9, selector: ({ id }) => id }).filter((rows) => rows.length > 0);
    const sends = fc.array(fc.array(row, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(distinct, sends, async (file, sent) => {
        const datasetId = await dataset(file);
        const before = await now(datasetId);
        const state = new Map(file.map((each) => [each.id, each]));
        const shown = new Map([...state.values()].filter(fits).map((each) => [each.id, told(each)]));
        const states = [];
        for (const rows of sent) {
          await catalogue.sendRows(datasetId, rows);
          for (const each of rows) state.set(each.id, each);
          states.push([...state.values()].filter(fits).map(told).sort());
        }
        const all = await changes({ ...view, before, now: await now(datasetId) });
        for (const [index, expected] of states.entries()) {
          for (const [seq, type, id, city] of all) {
            if (seq !== index + 1) continue;
            const isOld = type === 'delete' || type === 'update_preimage';
            expect([type, shown.get(Number(id))]).toEqual([type, isOld ? [id, city] : undefined]);
            if (isOld) shown.delete(Number(id));
            else shown.set(Number(id), [Number(id), String(city)]);
          }
          expect([...shown.values()].sort()).toEqual(expected);
        }
      }),
      { numRuns: seeds(10) },
    );
  }, 120_000);
});

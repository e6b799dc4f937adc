import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  deleteDataset,
  getDataset,
  getVersion,
  listDatasets,
  markDatasetDeleting,
  unmarkDatasetDeleting,
  updateDataset,
} from '@sluice/contracts/catalogue/datasets';
import { readRows } from '@sluice/contracts/catalogue/rows';
import { waitFor } from '../support/wait-for';
import { CatalogueReplicas, text } from './catalogue-replicas';

describe('the catalogue service, two replicas', () => {
  let catalogue: CatalogueReplicas;

  beforeAll(async () => {
    catalogue = await CatalogueReplicas.start();
  });

  afterAll(() => catalogue?.stop());

  describe('datasets', () => {
    test('have unique names, whatever their case', async () => {
      const { id, name } = await catalogue.create('Sales');
      expect(name).toBe('Sales');
      await expect(catalogue.create('SALES')).rejects.toMatchObject({ code: 'name_taken' });
      expect(await catalogue.call(getDataset, { datasetId: id })).toMatchObject({
        id,
        latestVersion: null,
        fields: [],
        revision: 1,
      });
      const racing = await Promise.allSettled(Array.from({ length: 10 }, () => catalogue.create('Racing')));
      expect(racing.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test('are listed newest first, page by page', async () => {
      const made: string[] = [];
      for (let i = 0; i < 5; i++) made.unshift((await catalogue.create()).id);
      const first = await catalogue.call(listDatasets, { limit: 3 });
      expect(first.data.map(({ id }) => id)).toEqual(made.slice(0, 3));
      const second = await catalogue.call(listDatasets, { limit: 2, cursor: first.page.nextCursor ?? '' });
      expect(second.data.map(({ id }) => id)).toEqual(made.slice(3));
    });

    test('are changed only by who knows their last state', async () => {
      const { id, revision } = await catalogue.create();
      const changed = await catalogue.call(updateDataset, { datasetId: id, revision, description: 'new' });
      expect(changed).toMatchObject({ description: 'new', revision: revision + 1 });
      const stale = catalogue.call(updateDataset, { datasetId: id, revision, description: 'stale' });
      await expect(stale).rejects.toMatchObject({ code: 'revision_mismatch' });
    });

    test('are hidden while they are marked, and back when the mark is lifted or old', async () => {
      const { id } = await catalogue.create();
      await catalogue.call(markDatasetDeleting, { datasetId: id });
      await expect(catalogue.call(getDataset, { datasetId: id })).rejects.toMatchObject({ code: 'dataset_not_found' });
      await catalogue.call(unmarkDatasetDeleting, { datasetId: id });
      expect(await catalogue.call(getDataset, { datasetId: id })).toMatchObject({ id });
      await catalogue.call(markDatasetDeleting, { datasetId: id });
      await catalogue
        .collection('datasets')
        .updateOne({ _id: id }, { $set: { deletingSince: new Date(Date.now() - 61_000) } });
      expect(await catalogue.call(getDataset, { datasetId: id })).toMatchObject({ id });
      await expect(catalogue.call(deleteDataset, { datasetId: id })).rejects.toMatchObject({
        code: 'dataset_not_found',
      });
    });

    test('go with their versions and files', async () => {
      const { id } = await catalogue.create();
      await catalogue.run(id, 'csv', text('a\n1\n'));
      const { id: versionId } = await catalogue.call(getVersion, { datasetId: id });
      await catalogue.call(markDatasetDeleting, { datasetId: id });
      await catalogue.call(deleteDataset, { datasetId: id });
      await waitFor('no traces', async () => {
        const { versions, files, chunks } = await catalogue.storedOf(id);
        return versions + files + chunks === 0;
      });
      const snapshot = { versionId, seq: 0 };
      const rows = catalogue.call(readRows, { snapshot, select: ['a'], sort: [], limit: 1, count: false });
      await expect(rows).rejects.toMatchObject({ code: 'snapshot_gone' });
    });
  });

  describe('rows', () => {
    test('are the same on every replica, also after its cache was deleted', async () => {
      const { id } = await catalogue.create();
      await catalogue.run(id, 'csv', text('n,t\n1,a\n2,b\n3,a\n'));
      const both = () =>
        Promise.all(
          Array.from({ length: 8 }, () => catalogue.read(id, { filter: { field: 't', op: 'eq', values: ['a'] } })),
        );
      const expected = {
        returned: 2,
        total: null,
        rows: [
          { n: 1, t: 'a' },
          { n: 3, t: 'a' },
        ],
      };
      for (const page of await both()) expect(page).toMatchObject(expected);
      await rm(join(catalogue.cacheDir, 'a'), { recursive: true });
      await rm(join(catalogue.cacheDir, 'b'), { recursive: true });
      for (const page of await both()) expect(page).toMatchObject(expected);
      const { id: other } = await catalogue.create();
      await catalogue.run(other, 'csv', text('n\n1\n'));
      expect((await catalogue.read(other)).rows).toEqual([{ n: 1 }]);
    });

    test('of more than one message come whole', async () => {
      const { id } = await catalogue.create();
      const cell = 'x'.repeat(2_000);
      await catalogue.run(
        id,
        'csv',
        text(`n,t\n${Array.from({ length: 1_000 }, (_, n) => `${n},${cell}`).join('\n')}\n`),
      );
      const { rows, returned } = await catalogue.read(id, { limit: 1_000 });
      expect(returned).toBe(1_000);
      expect(rows[999]).toEqual({ n: 999, t: cell });
    });
  });
});

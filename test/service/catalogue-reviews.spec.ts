import { listCatalogueAudit } from '@sluice/contracts/audit';
import { getVersion } from '@sluice/contracts/catalogue/datasets';
import {
  cancelImport,
  getImport,
  getImportReview,
  type Import,
  type ImportFormat,
  listImports,
  publishImport,
  tryReading,
} from '@sluice/contracts/catalogue/imports';
import type { Reading } from '@sluice/contracts/catalogue/reading';
import { newId } from '@sluice/runtime/ids';
import { ImportSweeper } from '../../apps/catalogue/src/imports/import-sweeper';
import { waitFor } from '../support/wait-for';
import { allBytes, CatalogueReplicas, gate, held, nothingStored, text, vega } from './catalogue-replicas';

const mixed = 'zip,amount\n01234,12345678901234567890\n98765,\n10001,7\n';

describe('imports that wait for a decision, two replicas', () => {
  let catalogue: CatalogueReplicas;

  beforeAll(async () => {
    catalogue = await CatalogueReplicas.start();
  });

  afterAll(() => catalogue?.stop());

  /** An import in its review. */
  async function waiting(datasetId: string, source: AsyncIterable<Uint8Array>, format: ImportFormat = 'csv') {
    const { import: started, uploadSubject } = await catalogue.begin(datasetId, format, { review: true, note: 'one' });
    await catalogue.send(uploadSubject, source);
    await reached(started.id, 'review');
    return started.id;
  }

  const reached = (importId: string, phase: Import['phase']) =>
    waitFor(phase, async () => {
      const state = await catalogue.call(getImport, { importId });
      return state.phase === phase && state;
    });

  async function review(importId: string) {
    const { head, bytes } = await catalogue.call(getImportReview, { importId });
    return { ...head, text: (await allBytes(bytes)).toString() };
  }

  const gone = () => waitFor('no file left', async () => (await catalogue.importDirectories()).length === 0);

  test('show the types found over the whole file and the first rows with every digit, and publish nothing', async () => {
    const { id } = await catalogue.create();
    const importId = await waiting(id, text(mixed));
    const shown = await review(importId);
    expect(shown).toMatchObject({ rowCount: 3, note: 'one' });
    expect(shown.fields.map(({ name, type, nullable }) => [name, type, nullable])).toEqual([
      ['zip', 'text', false],
      ['amount', 'decimal', true],
    ]);
    expect(shown.text).toBe(
      '[{"zip":"01234","amount":12345678901234567890},{"zip":"98765","amount":null},{"zip":"10001","amount":7}]',
    );
    expect(Date.parse(shown.until)).toBeGreaterThan(Date.now() + 25 * 60_000);
    await expect(catalogue.call(getVersion, { datasetId: id })).rejects.toMatchObject({ code: 'version_not_found' });
    await catalogue.call(cancelImport, { importId });
  });

  test.each<[ImportFormat, string, number]>([
    ['json', 'movies.json', 3_201],
    ['parquet', 'flights-3m.parquet', 3_000_000],
  ])('of %s go on as they are', async (format, file, rowCount) => {
    const { id } = await catalogue.create();
    const importId = await waiting(id, vega(file), format);
    expect(JSON.parse((await review(importId)).text)).toHaveLength(50);
    await catalogue.call(publishImport, { importId });
    expect(await catalogue.ended(importId)).toMatchObject({ phase: 'done', version: 1, rows: rowCount, error: null });
    expect(await catalogue.call(getVersion, { datasetId: id })).toMatchObject({ rowCount, note: 'one' });
  });

  test('are read anew in another way as often as somebody asks, and publish what was read last', async () => {
    const { id } = await catalogue.create();
    const importId = await waiting(id, text(Buffer.from('name,day,price\nZ\xfcrich,01/02/2024,"1,200"\n', 'latin1')));
    const first = await review(importId);
    expect(first).toMatchObject({ reading: {}, lines: expect.stringContaining('Zürich,01/02/2024') });
    expect(first.warnings.map(({ code }) => code)).toEqual([
      'encoding_guessed',
      'date_order_unknown',
      'numbers_as_text',
    ]);
    const read = async (reading: Reading) => {
      await catalogue.call(tryReading, { importId, reading });
      await waitFor('the review', async () => {
        const { phase, error } = await catalogue.call(getImport, { importId });
        return phase === 'review' && ((await review(importId)).reading.thousands === reading.thousands || error);
      });
      return await review(importId);
    };
    const second = await read({ thousands: ',', dateFormat: 'd/M/yyyy' });
    expect(second.text).toBe('[{"name":"Zürich","day":"2024-02-01","price":1200}]');
    const third = await read({ thousands: undefined, encoding: 'windows-1251', dateFormat: 'M/d/yyyy', decimal: ',' });
    expect(third.text).toBe('[{"name":"Zьrich","day":"2024-01-02","price":1.2}]');
    await catalogue.call(publishImport, { importId, reading: { thousands: ',', encoding: 'latin1' }, remember: false });
    expect(await catalogue.ended(importId)).toMatchObject({ phase: 'done', version: 1 });
    const version = await catalogue.call(getVersion, { datasetId: id });
    expect(version.fields.map(({ type }) => type)).toEqual(['text', 'text', 'integer']);
    expect(version.reading).toEqual({ thousands: ',', encoding: 'latin1' });
  });

  test('take the types and the note of the decision', async () => {
    const { id } = await catalogue.create();
    const importId = await waiting(id, text(mixed));
    await catalogue.call(publishImport, { importId, types: { zip: 'integer', amount: 'text' }, note: 'two' });
    expect(await catalogue.ended(importId)).toMatchObject({ phase: 'done', version: 1 });
    expect(await catalogue.call(getVersion, { datasetId: id })).toMatchObject({ note: 'two' });
    expect((await catalogue.read(id)).rows[0]).toEqual({ zip: 1234, amount: '12345678901234567890' });
    await gone();
    const stored = await catalogue.collection('imports').findOne({ _id: importId });
    expect(stored).toMatchObject({ review: null, decision: null });
  });

  test('tell where the values do not fit the types that were chosen, and wait again', async () => {
    const { id } = await catalogue.create();
    const importId = await waiting(id, text(mixed));
    await catalogue.call(publishImport, { importId, types: { zip: 'integer', amount: 'date' } });
    const refused = await waitFor('the refusal', async () => {
      const state = await catalogue.call(getImport, { importId });
      return state.error && state;
    });
    expect(refused).toMatchObject({
      phase: 'review',
      error: { code: 'invalid_file', errors: [{ in: 'file', name: 'amount', line: 2, column: 7 }, { line: 4 }] },
    });
    await catalogue.call(publishImport, { importId, types: { price: 'text' } });
    const unknown = await waitFor('the other refusal', async () => {
      const state = await catalogue.call(getImport, { importId });
      return state.error?.errors[0]?.in === 'body' && state;
    });
    expect(unknown.error?.errors).toMatchObject([
      { pointer: '/types', code: 'unknown_field', allowed: ['zip', 'amount'] },
    ]);
    await catalogue.call(publishImport, { importId, types: { amount: 'text' } });
    expect(await catalogue.ended(importId)).toMatchObject({ phase: 'done', version: 1, error: null });
  });

  test('are listed with their dataset, newest first and page by page, as long as they may still publish', async () => {
    const [{ id }, { id: other }] = [await catalogue.create(), await catalogue.create()];
    const list = (more: { limit?: number; cursor?: string } = {}) =>
      catalogue.call(listImports, { datasetId: id, ...more });
    const listed = async () => (await list()).data.map(({ id: each }) => each);
    expect(await list()).toEqual({ data: [], page: { nextCursor: null } });
    await catalogue.run(id, 'csv', text('a\n1\n'));
    const elsewhere = await waiting(other, text(mixed));
    const first = await waiting(id, text(mixed));
    const { import: second, uploadSubject } = await catalogue.begin(id, 'csv', { fileName: 'later.csv' });
    expect((await list()).data).toMatchObject([
      { id: second.id, datasetId: id, phase: 'receiving', fileName: 'later.csv' },
      { id: first, phase: 'review', rows: 3, fileName: null },
    ]);
    const page = await list({ limit: 1 });
    expect([page.data[0]?.id, page.page.nextCursor]).toEqual([second.id, second.id]);
    const last = await list({ limit: 1, cursor: second.id });
    expect([last.data[0]?.id, last.page.nextCursor]).toEqual([first, null]);
    await catalogue.call(cancelImport, { importId: first });
    expect(await listed()).toEqual([second.id]);
    await catalogue.send(uploadSubject, text('a\n1\n'));
    await catalogue.ended(second.id);
    expect(await listed()).toEqual([]);
    await catalogue.call(cancelImport, { importId: elsewhere });
    const gone = catalogue.call(listImports, { datasetId: newId('ds') });
    await expect(gone).rejects.toMatchObject({ code: 'dataset_not_found' });
  });

  test('follow one of two decisions', async () => {
    const { id } = await catalogue.create();
    const importId = await waiting(id, text(mixed));
    const types = ['text', 'integer', 'text', 'integer'] as const;
    const answers = await Promise.allSettled(
      types.map((zip) => catalogue.call(publishImport, { importId, types: { zip } })),
    );
    const taken = answers.flatMap(({ status }, index) => (status === 'fulfilled' ? types[index] : []));
    expect(taken).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'import_not_waiting' });
    }
    expect(await catalogue.ended(importId)).toMatchObject({ phase: 'done', version: 1 });
    const { fields } = await catalogue.call(getVersion, { datasetId: id });
    expect(fields.find(({ name }) => name === 'zip')?.type).toBe(taken[0]);
    expect(await catalogue.storedOf(id)).toMatchObject({ published: 1, versions: 1 });
  });

  test('end whole or not at all when they are published and cancelled at once', async () => {
    const { id } = await catalogue.create();
    const importId = await waiting(id, text(mixed));
    await Promise.allSettled([catalogue.call(publishImport, { importId }), catalogue.call(cancelImport, { importId })]);
    const { phase, error } = await catalogue.ended(importId);
    await gone();
    const stored = await catalogue.storedOf(id);
    if (phase === 'done') expect(stored).toMatchObject({ published: 1, versions: 1, files: 1, open: [] });
    else expect([error?.code, stored]).toEqual(['import_cancelled', nothingStored]);
  });

  test('leave nothing when they are cancelled, and cannot be decided about any more', async () => {
    const { id } = await catalogue.create();
    const importId = await waiting(id, text(mixed));
    expect(await catalogue.call(cancelImport, { importId })).toMatchObject({ error: { code: 'import_cancelled' } });
    await gone();
    expect(await catalogue.storedOf(id)).toEqual(nothingStored);
    expect(JSON.stringify(await catalogue.collection('imports').findOne({ _id: importId }))).not.toContain('98765');
    await expect(catalogue.call(publishImport, { importId })).rejects.toMatchObject({ code: 'import_not_waiting' });
    await expect(catalogue.call(getImportReview, { importId })).rejects.toMatchObject({ code: 'import_not_waiting' });
    // Again is the same as once.
    expect(await catalogue.call(cancelImport, { importId })).toMatchObject({ phase: 'failed' });
    const { entries } = await catalogue.call(listCatalogueAudit, { limit: 9, filter: { resourceId: id } });
    expect(entries[0]).toMatchObject({
      action: 'dataset.version-published',
      outcome: 'failure',
      after: { importId, error: 'import_cancelled' },
    });
  });

  test('are cancelled while their bytes are still on the way', async () => {
    const { id } = await catalogue.create();
    const { promise: released, release } = gate();
    const { import: started, uploadSubject } = await catalogue.begin(id, 'csv');
    const sent = catalogue.send(uploadSubject, held(`a\n${'1\n'.repeat(200_000)}`, released));
    await waitFor('bytes', async () => (await catalogue.call(getImport, { importId: started.id })).bytes > 0);
    await catalogue.call(cancelImport, { importId: started.id });
    expect(await catalogue.call(getImport, { importId: started.id })).toMatchObject({
      phase: 'failed',
      error: { code: 'import_cancelled' },
    });
    await gone();
    release();
    await sent;
    expect(await catalogue.storedOf(id)).toEqual(nothingStored);
  });

  test('that have published cannot be cancelled', async () => {
    const { id } = await catalogue.create();
    const { id: importId } = await catalogue.run(id, 'csv', text('a\n1\n'));
    await expect(catalogue.call(cancelImport, { importId })).rejects.toMatchObject({ code: 'import_finished' });
    expect((await catalogue.read(id)).rows).toEqual([{ a: 1 }]);
  });

  test('are cleared away by another replica when their owner gives no sign of life, and never publish', async () => {
    const { id } = await catalogue.create();
    const importId = await waiting(id, text(mixed));
    await waitFor('taken over', async () => {
      const past = { $set: { leaseUntil: new Date(0) } };
      await catalogue.collection('imports').updateOne({ _id: importId, phase: 'review' }, past);
      await catalogue.replicas[1]?.get(ImportSweeper).sweep();
      return (await catalogue.call(getImport, { importId })).phase === 'failed';
    });
    expect(await catalogue.ended(importId)).toMatchObject({ error: { code: 'import_interrupted' } });
    await expect(catalogue.call(publishImport, { importId })).rejects.toMatchObject({ code: 'import_not_waiting' });
    await gone();
    expect(await catalogue.storedOf(id)).toEqual(nothingStored);
  });
});

test('an import that nobody decides about ends by itself and leaves nothing', async () => {
  const catalogue = await CatalogueReplicas.start(1, { SLUICE_REVIEW_SECONDS: '1' });
  try {
    const { id } = await catalogue.create();
    const { import: started, uploadSubject } = await catalogue.begin(id, 'csv', { review: true });
    await catalogue.send(uploadSubject, text(mixed));
    expect(await catalogue.ended(started.id)).toMatchObject({ phase: 'failed', error: { code: 'import_expired' } });
    expect(await catalogue.storedOf(id)).toEqual(nothingStored);
    expect(await catalogue.importDirectories()).toEqual([]);
  } finally {
    await catalogue.stop();
  }
});

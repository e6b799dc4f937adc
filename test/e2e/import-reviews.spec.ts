import type { Dataset } from '@sluice/contracts/catalogue/datasets';
import type { Import } from '@sluice/contracts/catalogue/imports';
import { type Answer, Publisher, vegaFile } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

describe('an import that was asked to wait', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let dataset: Dataset;

  beforeAll(async () => {
    dataset = await publisher.dataset('Zip codes');
  });

  const decide = (id: string, body: object): Promise<Answer> =>
    publisher.call('POST', `/imports/${id}/publish`, body, { prefer: 'wait=30' });

  async function waiting(): Promise<string> {
    const answer = await publisher.upload(dataset.id, 'csv', await vegaFile('zipcodes.csv'), '?review=true');
    expect([answer.status, (answer.json as Import).phase]).toEqual([202, 'review']);
    return (answer.json as Import).id;
  }

  it('tells what it found, refuses types that its values do not fit, and publishes what was decided', async () => {
    const id = await waiting();
    const review = (await publisher.call('GET', `/imports/${id}/review`)).json;
    expect(review).toMatchObject({
      rowCount: 42_049,
      fields: [{ name: 'zip_code', type: 'text', nullable: false }, {}, {}, {}, {}, {}],
    });
    const refused = await decide(id, { types: { city: 'integer' } });
    expect(refused).toMatchObject({
      status: 422,
      json: {
        code: 'invalid_file',
        errors: expect.arrayContaining([expect.objectContaining({ name: 'city', line: 2 })]),
      },
    });
    expect(await publisher.import(id)).toMatchObject({ phase: 'review', error: { code: 'invalid_file' } });
    expect((await decide(id, { types: { city: 'blob' } })).status).toBe(422);
    const published = await decide(id, { types: { zip_code: 'integer' }, note: 'whole numbers' });
    expect(published).toMatchObject({
      status: 201,
      json: { number: 1, note: 'whole numbers', fields: [{ type: 'integer' }, {}, {}, {}, {}, {}] },
    });
    expect(await decide(id, {})).toMatchObject({ status: 409, json: { code: 'import_not_waiting' } });
    expect(await publisher.call('DELETE', `/imports/${id}`)).toMatchObject({
      status: 409,
      json: { code: 'import_finished' },
    });
  });

  it('is found again with its dataset, by the name of its file, by everybody who may read', async () => {
    const list = async (of = dataset.id) => await publisher.call('GET', `/datasets/${of}/imports?_limit=5`);
    expect(await list()).toMatchObject({ status: 200, json: { data: [], page: { nextCursor: null } } });
    const named = await publisher.upload(dataset.id, 'csv', 'zip\n1\n', '?review=true&fileName=zips.csv');
    const form = new FormData();
    form.set('file', new Blob(['zip\n2\n'], { type: 'text/csv' }), 'from a form.csv');
    const body = Buffer.from(await new Response(form).arrayBuffer());
    const boundary = body.subarray(2, body.indexOf('\r\n')).toString();
    const sent = await publisher.upload(dataset.id, `multipart/form-data; boundary=${boundary}`, body, '?review=true');
    const ids = [sent, named].map(({ json }) => (json as Import).id);
    expect((await list()).json).toMatchObject({
      data: [
        { id: ids[0], phase: 'review', fileName: 'from a form.csv', rows: 1 },
        { id: ids[1], phase: 'review', fileName: 'zips.csv', rows: 1 },
      ],
    });
    expect((await decide(ids[0] ?? '', {})).status).toBe(201);
    expect((await publisher.call('DELETE', `/imports/${ids[1]}`)).status).toBe(204);
    expect((await list()).json).toMatchObject({ data: [] });
    expect(await list('ds_00000000000000000000000000')).toMatchObject({ status: 404 });
  });

  it('ends with its process: killed while it waits, it publishes nothing, and its dataset takes the next file', async () => {
    const id = await waiting();
    const before = (await publisher.call('GET', `/datasets/${dataset.id}`)).json as Dataset;
    for (const part of ['catalogue-1', 'catalogue-2']) await stack.kill(part);
    const ended = await waitFor(
      'the lease to run out',
      async () => {
        const { status, json } = await publisher.call('GET', `/imports/${id}`);
        return status === 200 && (json as Import).phase === 'failed' && json;
      },
      90_000,
    );
    expect(ended).toMatchObject({ version: null, error: { code: 'import_interrupted' } });
    expect((await decide(id, {})).status).toBe(409);
    expect((await publisher.call('GET', `/imports/${id}/review`)).status).toBe(409);
    const next = await publisher.version(dataset.id, 'csv', 'zip_code\n1\n');
    expect(next.number).toBe((before.latestVersion ?? 0) + 1);
  }, 120_000);

  it('is cancelled as often as somebody likes, and publishes nothing', async () => {
    const { latestVersion: before } = (await publisher.call('GET', `/datasets/${dataset.id}`)).json as Dataset;
    const id = await waiting();
    for (let times = 0; times < 2; times++) expect((await publisher.call('DELETE', `/imports/${id}`)).status).toBe(204);
    expect(await decide(id, {})).toMatchObject({ status: 409 });
    expect(await publisher.import(id)).toMatchObject({ phase: 'failed', error: { code: 'import_cancelled' } });
    expect((await publisher.call('GET', `/datasets/${dataset.id}`)).json).toMatchObject({ latestVersion: before });
  });
});

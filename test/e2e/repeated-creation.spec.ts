import { type Answer, Publisher } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const FILE = 'id,name\n1,a\n2,b\n';

describe('a creation that is sent again with its Idempotency-Key', () => {
  const stack = useSharedStack();
  let one: Publisher;
  let two: Publisher;

  beforeAll(async () => {
    const { gateways, adminKey } = stack;
    [one, two] = gateways.map((url) => new Publisher({ url, adminKey })) as [Publisher, Publisher];
  });

  const count = async (path: string, name: string) => {
    const { json } = await one.call('GET', `${path}?_limit=200`);
    return (json as { data: { name: string }[] }).data.filter((each) => each.name === name).length;
  };
  const key = (text: string) => ({ 'idempotency-key': text });

  it('happens once and is answered alike, through whichever gateway', async () => {
    const body = { name: 'Once', description: 'x' };
    const first = await one.call('POST', '/datasets', body, key('a'));
    const again = await two.call('POST', '/datasets', body, key('"a"'));
    expect(first).toMatchObject({ status: 201 });
    expect(again).toMatchObject({ status: 201, json: first.json });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(await one.call('POST', '/datasets', { name: 'Other' }, key('a'))).toMatchObject({
      status: 422,
      json: { code: 'idempotency_key_reused' },
    });
    expect(await one.call('POST', '/datasets', body, key('b'))).toMatchObject({ status: 409 });
    expect(await count('/datasets', 'Once')).toBe(1);
  });

  it('has one effect when twenty come at once', async () => {
    const dataset = await one.dataset('Many');
    await one.version(dataset.id, 'csv', FILE);
    const body = { name: 'Many', datasetId: dataset.id };
    const answers: Answer[] = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).call('POST', '/apis', body, key('many'))),
    );
    const created = answers.filter(({ status }) => status === 201);
    expect(created.length).toBeGreaterThan(0);
    expect(new Set(created.map(({ text }) => text)).size).toBe(1);
    const others = answers.filter(({ status }) => status !== 201);
    expect(others.every(({ json }) => (json as { code: string }).code === 'idempotency_in_progress')).toBe(true);
    expect(await count('/apis', 'Many')).toBe(1);
  });

  it('never shows a secret twice', async () => {
    const first = await one.call('POST', '/tokens', { name: 'Secret' }, key('s'));
    expect(first.status).toBe(201);
    const again = await one.call('POST', '/tokens', { name: 'Secret' }, key('s'));
    expect(again).toMatchObject({ status: 409, json: { code: 'answer_not_kept' } });
    expect(await count('/tokens', 'Secret')).toBe(1);
  });

  it('gives the key back when nothing came of it', async () => {
    expect((await one.call('POST', '/datasets', { name: '' }, key('c'))).status).toBe(422);
    expect((await one.call('POST', '/datasets', { name: 'Mended' }, key('c'))).status).toBe(201);
  });

  it('imports a file once', async () => {
    const { id } = await one.dataset('File');
    const headers = { 'content-type': 'text/csv', prefer: 'wait=30', ...key('f') };
    const first = await one.call('POST', `/datasets/${id}/versions`, FILE, headers);
    const again = await two.call('POST', `/datasets/${id}/versions`, FILE, headers);
    expect(first).toMatchObject({ status: 201, json: { number: 1 } });
    expect(again).toMatchObject({ status: 201, json: first.json });
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });

  it('is answered alike after every service was killed', async () => {
    const first = await one.call('POST', '/datasets', { name: 'Answered alike' }, key('k'));
    for (const part of ['registry-1', 'registry-2', 'tokens-1', 'catalogue-1', 'gateway-1']) await stack.kill(part);
    await stack.ready();
    const again = await waitFor('the answer', async () => {
      const answer = await one.call('POST', '/datasets', { name: 'Answered alike' }, key('k')).catch(() => null);
      return answer?.status === 201 ? answer : undefined;
    });
    expect(again.json).toEqual(first.json);
  });
});

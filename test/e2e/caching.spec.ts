import { Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

describe('an answer that a consumer holds already', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    const rows = Array.from({ length: 300 }, (_, id) => `${id},region ${id % 5}`);
    open = await publisher.publish('Held', 'csv', `id,region\n${rows.join('\n')}\n`);
  });

  const get = (headers: Record<string, string> = {}, path = 'held?_limit=100') =>
    read(stack.url, path, open.secret, headers);

  it('is a 304 without a body, in whatever order its query is written', async () => {
    const first = await get();
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[\w-]+\.\w+"$/);
    const again = await get({ 'if-none-match': `"other", ${tag}` });
    expect(again).toMatchObject({ status: 304, text: '' });
    expect(again.headers.get('etag')).toBe(tag);
    expect(again.headers.get('cache-control')).toBe('private, no-cache');
    expect(again.headers.get('vary')).toMatch(/Authorization/);
    expect((await get({ 'if-none-match': tag }, 'held?_limit=100&_select=id')).status).toBe(200);
  });

  it('is a 304 for a whole export too, by its tag or by its date', async () => {
    // The date of a new API is up to a second ahead, and is told once it has come.
    const headers = await waitFor('the date', async () => {
      const { headers } = await get({}, 'held/_export');
      return headers.has('last-modified') ? headers : undefined;
    });
    const modified = headers.get('last-modified') ?? '';
    const helds: Record<string, string>[] = [
      { 'if-none-match': headers.get('etag') ?? '' },
      { 'if-modified-since': modified },
    ];
    for (const held of helds) expect(await get(held, 'held/_export')).toMatchObject({ status: 304, text: '' });
    expect((await get({ 'if-none-match': '"other"', 'if-modified-since': modified }, 'held/_export')).status).toBe(200);
  });

  it('has a tag of its own in each coding, and the same rows', async () => {
    const answers = await Promise.all(['br', 'gzip', 'identity'].map((coding) => get({ 'accept-encoding': coding })));
    expect(answers.map(({ headers }) => headers.get('content-encoding'))).toEqual(['br', 'gzip', null]);
    expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(3);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('is refused all the same once the token may not read it any more', async () => {
    const other = await publisher.token('Held for a while');
    await publisher.assign(open.api.id, other.token.id);
    const tag = (await read(stack.url, 'held', other.secret)).headers.get('etag') ?? '';
    expect((await read(stack.url, 'held', other.secret, { 'if-none-match': tag })).status).toBe(304);
    await publisher.call('DELETE', `/apis/${open.api.id}/tokens/${other.token.id}`);
    expect((await read(stack.url, 'held', other.secret, { 'if-none-match': tag })).status).toBe(403);
    await publisher.call('POST', `/tokens/${other.token.id}/revoke`);
    expect((await read(stack.url, 'held', other.secret, { 'if-none-match': tag })).status).toBe(401);
  });

  it('is made anew when a new version is published', async () => {
    const tag = (await get()).headers.get('etag') ?? '';
    await publisher.version(open.api.datasetId, 'csv', 'id,region\n1,new\n');
    let answer = await get({ 'if-none-match': tag });
    for (const end = performance.now() + 5_000; answer.status === 304 && performance.now() < end; ) {
      answer = await get({ 'if-none-match': tag });
    }
    expect(answer.json).toMatchObject({ data: [{ id: 1, region: 'new' }], meta: { version: 2 } });
  });

  it('gets through a stream when it is too large for one message', async () => {
    const wide = Array.from({ length: 1_000 }, (_, id) => `${id},${String(id % 10).repeat(2_000)}`);
    const large = await publisher.publish('Large', 'csv', `id,text\n${wide.join('\n')}\n`);
    const answers = await Promise.all([1, 2, 3].map(() => read(stack.url, 'large?_limit=1000', large.secret)));
    for (const { status, json } of answers) {
      expect(status).toBe(200);
      const { data } = json as { data: { id: number; text: string }[] };
      expect(data).toHaveLength(1_000);
      expect(data[999]).toEqual({ id: 999, text: '9'.repeat(2_000) });
    }
  });
});

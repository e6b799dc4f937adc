import { answerTo, Publisher, read } from '../support/publisher';
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
  const ask = (name: string, headers: Record<string, string>) => get(headers, `held/${name}`);

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

  it.each(['_schema', '_openapi.json'])('is a 304 for %s too, in each coding, until the API changes', async (name) => {
    const answers = await Promise.all(['gzip', 'identity'].map((coding) => ask(name, { 'accept-encoding': coding })));
    const tags = answers.map(({ headers }) => headers.get('etag') ?? '');
    expect(tags).toEqual([expect.stringMatching(/^"[\w-]+\.gzip"$/), expect.stringMatching(/^"[\w-]+\.identity"$/)]);
    expect(answers[0]?.text).toBe(answers[1]?.text);
    for (const held of [...tags.map((tag) => `"other", ${tag}`), '*']) {
      expect(await ask(name, { 'if-none-match': held })).toMatchObject({ status: 304, text: '' });
    }
    await publisher.call(
      'PATCH',
      `/apis/${open.api.id}`,
      { description: `What ${name} says is new` },
      { 'if-match': (await publisher.call('GET', `/apis/${open.api.id}`)).headers.get('etag') ?? '' },
    );
    const changed = await waitFor('the change', async () => {
      const answer = await ask(name, { 'if-none-match': tags.join() });
      return answer.status === 200 && answer;
    });
    expect(changed.text).toContain(`What ${name} says is new`);
  });

  it('has absolute links where the caller prefers them, under a tag of its own', async () => {
    const path = 'held?_limit=90';
    const plain = await get({}, path);
    const answer = await get({ prefer: 'handling=lenient, links=absolute' }, path);
    expect(answer.headers.get('preference-applied')).toBe('links=absolute');
    expect(answer.headers.get('vary')).toMatch(/Prefer/);
    const { links } = answer.json as { links: { self: string; next: string } };
    expect(links.self).toBe(`${stack.url}/api/held?_limit=90`);
    expect(answer.headers.get('link')).toContain(`<${links.next}>; rel="next"`);
    const next = await answerTo(links.next, { headers: { authorization: `Bearer ${open.secret}` } });
    expect(next.json).toMatchObject({ data: { 0: { id: 90 } }, links: { self: links.next.replace(stack.url, '') } });
    expect(await get({}, path)).toMatchObject({ text: plain.text });
    const tag = answer.headers.get('etag') ?? '';
    expect(tag).not.toBe(plain.headers.get('etag'));
    expect((await get({ prefer: 'links=absolute', 'if-none-match': tag }, path)).status).toBe(304);
    expect((await get({ 'if-none-match': tag }, path)).status).toBe(200);
    const csv = await get({ prefer: 'links=absolute', accept: 'text/csv' }, path);
    expect(csv.headers.get('link')).toContain(`<${stack.url}/api/held?_limit=90&_cursor=`);
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

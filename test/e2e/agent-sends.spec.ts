import { connectAgent } from '../support/agent';
import { answerTo, Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const READING = ['search_datasets', 'describe_dataset', 'query_dataset'];
const MAX_TOKENS = 8_000;
const BYTES_OF_TOKEN = 4;
const FILE = 'id,city,visits\n1,Oslo,10\n';

describe('an agent that may send rows', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let datasetId: string;
  let tokenId: string;
  let secret: string;
  let readPath: string;
  let names: { send: string; read: string };
  let readId: string;
  let sendId: string;

  const toolNames = async (of = secret) => (await (await connectAgent(stack.url, of)).client.listTools()).tools;
  const rows = async () => (await read(stack.url, `${readPath}?_sort=id`, secret)).json as { data: unknown[] };
  const change = async (id: string, settings: Record<string, unknown>) => {
    const { headers } = await publisher.call('GET', `/apis/${id}`);
    const { status } = await publisher.call('PATCH', `/apis/${id}`, settings, {
      'if-match': headers.get('etag') ?? '',
    });
    expect(status).toBe(200);
  };

  beforeAll(async () => {
    const published = await publisher.publish('Agent towns', 'csv', FILE);
    ({ secret, tokenId } = published);
    ({ id: readId, datasetId, path: readPath } = published.api);
    const sending = await publisher.api({
      name: 'Agent visits',
      ...{ datasetId, method: 'POST', active: true },
      send: { fields: { city: { required: true }, visits: { min: 0 } }, maxRows: 5 },
    });
    sendId = sending.id;
    await publisher.assign(sending.id, tokenId);
    names = { send: sending.slug, read: published.api.slug };
  }, 60_000);

  it('is told no tool that sends, and cannot send, where no publisher lets agents do so', async () => {
    expect((await toolNames()).map(({ name }) => name)).toEqual(READING);
    const { client, call } = await connectAgent(stack.url, secret);
    const found = await call('search_datasets', { words: names.send });
    expect(found.structured).toMatchObject({ total: 0 });
    await expect(
      client.callTool({ name: 'send_rows', arguments: { dataset: names.send, rows: [{}] } }),
    ).rejects.toThrow('there is no tool send_rows');
  });

  it('is told a fourth tool that says that it writes, and what a row may be, once one does', async () => {
    await change(sendId, { agents: { send: true } });
    const tools = await waitFor('the tool', async () => (await toolNames()).length === 4 && (await toolNames()));
    expect(tools.map(({ name }) => name)).toEqual([...READING, 'send_rows']);
    expect(tools[3]?.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true, idempotentHint: false });
    const { call } = await connectAgent(stack.url, secret);
    const { datasets } = (await call('search_datasets')).structured;
    expect(datasets).toMatchObject([
      { dataset: names.read, use: 'query' },
      { dataset: names.send, use: 'send' },
    ]);
    expect((await call('describe_dataset', { dataset: names.send })).structured).toMatchObject({
      use: 'send',
      limits: { maxRows: 5 },
      fields: [
        { name: 'id', type: 'integer' },
        { name: 'city', type: 'text', nullable: false, required: true },
        { name: 'visits', value: { minimum: 0 } },
      ],
      exampleRow: { city: 'text' },
    });
  });

  it('adds rows with every digit, which the next query has, and once where it names the send', async () => {
    const { call } = await connectAgent(stack.url, secret);
    const row = { id: '9007199254740993', city: 'Bern', visits: 3 };
    const checked = await call('send_rows', { dataset: names.send, rows: [row], check: true });
    expect(checked.structured).toMatchObject({ accepted: 1, checked: true });
    const send = () => call('send_rows', { dataset: names.send, rows: [row], idempotencyKey: 'bern-1' });
    const sent = await send();
    expect(sent.structured).toMatchObject({ accepted: 1, checked: false, repeated: false, version: 1 });
    expect((await send()).structured).toEqual({ ...sent.structured, repeated: true });
    const { text, structured } = await call('query_dataset', { dataset: names.read, sort: ['id'] });
    expect(structured).toMatchObject({ returned: 2, source: { commit: sent.structured.commit } });
    expect(text).toContain('{"id":9007199254740993,"city":"Bern","visits":3}');
  });

  it('adds none where a row has a fault, and is told each fault at its place in the call', async () => {
    const { call } = await connectAgent(stack.url, secret);
    const before = await rows();
    const refusal = async (given: Record<string, unknown>, tool = 'send_rows') => {
      const { isError, text } = await call(tool, given);
      expect(isError).toBe(true);
      return JSON.parse(text);
    };
    const good = { id: 3, city: 'Rome' };
    expect(await refusal({ dataset: names.send, rows: [good, { id: 'x', visits: -1, ctiy: 'Kyiv' }] })).toMatchObject({
      code: 'invalid_rows',
      errors: expect.arrayContaining([
        expect.objectContaining({ pointer: '/rows/1/id' }),
        expect.objectContaining({ pointer: '/rows/1/visits' }),
        expect.objectContaining({ pointer: '/rows/1/ctiy', hint: 'did you mean city?' }),
      ]),
    });
    expect(await refusal({ dataset: names.send, rows: Array(6).fill(good) })).toMatchObject({ status: 413 });
    expect(await refusal({ dataset: names.send, rows: good })).toMatchObject({ errors: [{ pointer: '/rows' }] });
    expect(await refusal({ dataset: names.read, rows: [good] })).toMatchObject({
      code: 'api_not_found',
      errors: [{ pointer: '/dataset', code: 'not_allowed', detail: 'its rows are read, not sent' }],
    });
    expect(await refusal({ dataset: names.send }, 'query_dataset')).toMatchObject({
      errors: [{ detail: 'its rows are not read, only sent' }],
    });
    expect(await rows()).toEqual(before);
  });

  it('gets a tool for one API alone where its publisher wants that, which does what the tool for all does', async () => {
    await change(sendId, { agents: { send: true, tool: true } });
    await change(readId, {
      agents: { tool: true },
      aggregation: false,
      rowFilter: { city: { $param: 'town' } },
      parameters: [{ name: 'town', type: 'text', description: 'Of the visits' }],
    });
    const tools = await waitFor('both tools', async () => (await toolNames()).length === 6 && (await toolNames()));
    const [query, send] = tools.slice(4);
    expect([query?.name, send?.name]).toEqual([`query-${names.read}`, `send-${names.send}`]);
    expect(query?.description).toContain('Fields: id integer, city text, visits integer.');
    const { properties, required } = query?.inputSchema ?? {};
    expect(Object.keys(properties ?? {})).not.toEqual(expect.arrayContaining(['dataset', 'group']));
    expect([required, properties?.parameters]).toMatchObject([['parameters'], { required: ['town'] }]);
    expect(query?.annotations).toMatchObject({ readOnlyHint: true });
    expect(send?.annotations).toMatchObject({ readOnlyHint: false });
    const { call } = await connectAgent(stack.url, secret);
    const sent = await call(`send-${names.send}`, { rows: [{ id: 4, city: 'Oslo', visits: 7 }] });
    expect(sent.structured).toMatchObject({ accepted: 1 });
    const asked = { parameters: { town: 'Oslo' }, select: ['id', 'visits'], sort: ['id'] };
    const answer = await call(`query-${names.read}`, asked);
    expect(answer.structured.rows).toEqual([
      { id: 1, visits: 10 },
      { id: 4, visits: 7 },
    ]);
    expect(answer.structured).toEqual((await call('query_dataset', { ...asked, dataset: names.read })).structured);
    const refused = await call(`query-${names.read}`, { ...asked, dataset: names.send });
    expect(JSON.parse(refused.text)).toMatchObject({ errors: [{ pointer: '/dataset' }] });
  });

  it('is told many tools in pages of fewer than 8,000 tokens, and none of an API that its token is not assigned to', async () => {
    for (let index = 0; index <= 10; index++) {
      const name = `Agent tool ${index} ${'of a long name '.repeat(4)}`;
      const api = await publisher.api({ name, datasetId, active: true, agents: { tool: true } });
      if (index > 0) await publisher.assign(api.id, tokenId);
    }
    const pages = await waitFor('all of them', async () => {
      const found = await listed();
      return found.flat().length >= 16 && found;
    });
    const names = pages.flat();
    expect(pages.length).toBeGreaterThan(1);
    expect([names.length, new Set(names).size]).toEqual([16, 16]);
    for (const name of names) expect(name).toMatch(/^[a-z0-9_-]{1,48}$/);
    // The official client reads every page by itself.
    expect((await toolNames()).map(({ name }) => name)).toEqual(names);
    expect(await page('nowhere')).toMatchObject({ error: { message: expect.stringContaining('without a cursor') } });
  });

  async function page(cursor?: string) {
    const { text } = await answerTo(`${stack.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { cursor } }),
    });
    // One message of a stream of events, or JSON.
    return JSON.parse(text.slice(text.indexOf('{'))) as { result: { tools: { name: string }[]; nextCursor?: string } };
  }

  /** The names of the tools of each page. */
  async function listed(): Promise<string[][]> {
    const pages: string[][] = [];
    for (let cursor: string | undefined; ; ) {
      const { tools, nextCursor } = (await page(cursor)).result;
      expect(Buffer.byteLength(JSON.stringify(tools)) / BYTES_OF_TOKEN).toBeLessThan(MAX_TOKENS);
      pages.push(tools.map(({ name }) => name));
      cursor = nextCursor;
      if (cursor === undefined) return pages;
    }
  }
});

import { Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const license = 'https://creativecommons.org/licenses/by/4.0/';
const deprecationPage = 'https://example.com/changes';

describe('answers of an API', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let secret: string;
  let id: string;

  beforeAll(async () => {
    const open = await publisher.publish('Ending towns', 'csv', 'id,town\n1,Rome\n2,Oslo\n');
    secret = open.secret;
    id = open.api.id;
  });

  const get = (rest: string) => read(stack.url, `ending-towns${rest}`, secret);
  const change = async (settings: object) => {
    const { headers } = await publisher.call('GET', `/apis/${id}`);
    const ifMatch = { 'if-match': headers.get('etag') ?? '' };
    expect((await publisher.call('PATCH', `/apis/${id}`, settings, ifMatch)).status).toBe(200);
  };
  const toldOf = ({ headers }: Awaited<ReturnType<typeof get>>) =>
    ['link', 'deprecation', 'sunset'].map((name) => headers.get(name));
  const described = '</api/ending-towns/_openapi.json>; rel="describedby"';

  it('say where it is described, beside the next page', async () => {
    expect(toldOf(await get(''))).toEqual([described, null, null]);
    const [link] = toldOf(await get('?_limit=1'));
    expect(link).toMatch(/^<[^>]+_cursor=[^>]+>; rel="next", <\/api\/ending-towns\/_openapi.json>; rel="describedby"$/);
  });

  it('say its licence, and when it is expected to end, as RFC 9745 and RFC 8594 write it', async () => {
    const told = { license, deprecatedAt: '2020-01-01', sunsetAt: '2099-12-31T23:59:59Z', deprecationPage };
    expect((await get('')).headers.get('deprecation')).toBeNull();
    await change(told);
    await waitFor('the end to be announced', async () => (await get('')).headers.get('sunset') !== null);
    const fields = [
      `${described}, <${license}>; rel="license", <${deprecationPage}>; rel="deprecation", <${deprecationPage}>; rel="sunset"`,
      '@1577836800',
      'Thu, 31 Dec 2099 23:59:59 GMT',
    ];
    for (const rest of ['', '?id=1', '/_changes', '/_export?_format=csv', '/_parquet', '/_schema', '/_croissant.json'])
      expect([rest, ...toldOf(await get(rest))]).toEqual([rest, ...fields]);
    const held = { 'if-none-match': (await get('')).headers.get('etag') ?? '' };
    expect(toldOf(await read(stack.url, 'ending-towns', secret, held))).toEqual(fields);
    expect((await read(stack.url, 'another-town', secret)).headers.get('deprecation')).toBeNull();
  });

  it('are described as deprecated, with the licence and the contact of the API', async () => {
    await change({ contact: { name: 'Data office', email: 'data@example.com', page: 'https://example.com/data' } });
    await waitFor('the contact', async () => (await get('/_openapi.json')).text.includes('Data office'));
    expect((await get('/_openapi.json')).json).toMatchObject({
      info: {
        license: { name: 'CC-BY-4.0', url: license },
        contact: { name: 'Data office', email: 'data@example.com', url: 'https://example.com/data' },
      },
      externalDocs: { url: deprecationPage },
      paths: {
        '/api/ending-towns': { get: { deprecated: true, responses: { 200: { headers: { Sunset: {}, Link: {} } } } } },
      },
    });
    await change({ deprecatedAt: '2099-01-01' });
    await waitFor('the later date', async () => !(await get('/_openapi.json')).text.includes('"deprecated"'));
  });
});

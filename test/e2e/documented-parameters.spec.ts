import type { Api } from '@sluice/contracts/registry/apis';
import { type Answer, answerTo, Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';

type Schema = Record<string, unknown> & { items?: Schema; oneOf?: Schema[]; properties?: Record<string, Schema> };
interface Parameter {
  name: string;
  in: string;
  schema?: Schema;
}
interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> };
}
type Paths = Record<string, Partial<Record<'get' | 'post', Operation>>>;

const ROWS =
  'id,name,price,on,at,seen,tags\n1,a,1.5,true,2020-01-01,2020-01-01T00:00:00Z,"[""x""]"\n2,b,2.5,false,2020-01-02,2020-01-02T00:00:00Z,"[]"\n';

/** A value that the schema allows, as text. */
function exampleOf(schema: Schema | undefined): string {
  const { type, format, examples, minimum } = schema ?? {};
  const words = (schema?.enum ?? schema?.items?.enum) as string[] | undefined;
  const [example] = ((examples ?? schema?.items?.examples) as unknown[] | undefined) ?? [];
  if (words) return words[0] ?? '';
  if (example !== undefined) return String(example);
  if (schema?.items) return exampleOf(schema.items);
  if (format === 'date') return '2020-01-01';
  if (format === 'date-time') return '2020-01-01T00:00:00Z';
  if (type === 'boolean') return 'true';
  if (type === 'integer' || type === 'number') return String(minimum ?? 1);
  return 'a';
}

/** What a parameter is of use for only together with another one, as its description says. */
const companions: Readonly<Record<string, string>> = {
  _bom: '_format=csv',
  _formulas: '_format=csv',
  _pretty: '_format=json',
};

describe('every parameter that a document offers', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let secret: string;
  let apis: Api[];

  beforeAll(async () => {
    const open = await publisher.publish('Offered', 'csv', ROWS);
    const { datasetId } = open.api;
    const grouped = await publisher.api({ name: 'Offered groups', datasetId, active: true, aggregation: true });
    const csvFirst = await publisher.api({
      name: 'Offered files',
      datasetId,
      active: true,
      formats: ['csv', 'ndjson', 'json'],
    });
    secret = open.secret;
    apis = [open.api, grouped, csvFirst];
    for (const { id } of apis.slice(1)) await publisher.assign(id, open.tokenId);
  });

  const pathsOf = async ({ slug }: Api): Promise<Paths> => {
    const { json } = await answerTo(`${stack.url}/docs/apis/${slug}/openapi.json`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    return (json as { paths: Paths }).paths;
  };
  /** Without its third part, which says by which query it was read. */
  const snapshotOf = async (api: Api) => {
    const { headers } = await read(stack.url, api.path, secret);
    return headers.get('sluice-snapshot')?.split('.').slice(0, 2).join('.');
  };
  const told = (name: string, { status, text }: Answer) => `${name}: ${status} ${status === 200 ? '' : text}`;

  it.each([
    ['rows', ''],
    ['an export', '/_export'],
    ['changes', '/_changes'],
  ])('of %s is taken by its endpoint', async (_what, resource) => {
    for (const api of apis) {
      const path = `${api.path}${resource}`;
      const offered = (await pathsOf(api))[`/api/${path}`]?.get?.parameters ?? [];
      expect(offered.length).toBeGreaterThan(30);
      const since = resource === '/_changes' ? `since=${await snapshotOf(api)}&` : '';
      const first = await read(stack.url, `${path}?${since}_limit=1&_format=json`, secret);
      const cursor = (first.json as { page?: { nextCursor: string | null } })?.page?.nextCursor;
      const answers: string[] = [];
      for (const { name, schema } of offered.filter((each) => each.in === 'query' && each.name !== 'since')) {
        if (name === '_cursor' && !cursor) continue;
        const value =
          name === '_cursor'
            ? `${cursor}&_limit=1&_format=json`
            : encodeURIComponent(name === '_filter' ? '{}' : exampleOf(schema));
        const query = `${since}${name}=${value}${companions[name] ? `&${companions[name]}` : ''}`;
        answers.push(told(name, await read(stack.url, `${path}?${query}`, secret)));
      }
      expect(answers.filter((answer) => !answer.endsWith(': 200 '))).toEqual([]);
    }
  });

  it('of the body of a query is taken by its endpoint', async () => {
    for (const api of apis) {
      const operation = (await pathsOf(api))[`/api/${api.path}/_query`]?.post;
      const { properties = {} } = operation?.requestBody?.content['application/json']?.schema ?? {};
      const post = (body: unknown) =>
        answerTo(`${stack.url}/api/${api.path}/_query`, {
          method: 'POST',
          headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      const first = await post({ limit: 1, format: 'json' });
      const { nextCursor } = (first.json as { page: { nextCursor: string } }).page;
      const special: Record<string, unknown> = {
        filter: { id: 1 },
        cursor: nextCursor,
        limit: 1,
        offset: 0,
        select: ['id'],
        sort: '-id',
        group: ['name'],
        agg: 'count:n',
      };
      const answers: string[] = [];
      for (const [name, schema] of Object.entries(properties)) {
        const format = companions[`_${name}`]?.split('=')[1] ?? (name === 'cursor' ? 'json' : undefined);
        const body = { ...(format && { format }), [name]: special[name] ?? exampleOf(schema) };
        answers.push(told(name, await post(name === 'cursor' ? { ...body, limit: 1 } : body)));
      }
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(['pretty', 'select', 'filter', 'format']));
      expect(answers.filter((answer) => !answer.endsWith(': 200 '))).toEqual([]);
    }
  });

  it('of a send is taken by its endpoint', async () => {
    const { datasetId } = apis[0] as Api;
    const api = await publisher.api({
      name: 'Offered sends',
      datasetId,
      method: 'POST',
      active: true,
      send: { lenient: true },
    });
    const { token, secret: own } = await publisher.token('Offered sends');
    await publisher.assign(api.id, token.id);
    const { json } = await answerTo(`${stack.url}/docs/apis/${api.slug}/openapi.json`, {
      headers: { authorization: `Bearer ${own}` },
    });
    const operation = (json as { paths: Paths }).paths[`/api/${api.path}`]?.post;
    const offered = operation?.parameters ?? [];
    expect(offered.map(({ name }) => name)).toEqual(['Idempotency-Key', 'Prefer']);
    const example = operation?.requestBody?.content['application/json']?.example;
    for (const { name, schema } of offered) {
      const { status } = await answerTo(`${stack.url}/api/${api.path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${own}`, 'content-type': 'application/json', [name]: exampleOf(schema) },
        body: JSON.stringify(example),
      });
      expect([name, status]).toEqual([name, 201]);
    }
  });
});

import { type Answer, answerTo, Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const ROWS = 3;
const MAX_SEARCH_CHARS = 200;

interface Parameter {
  in: string;
  name: string;
  schema?: { type?: string };
}
interface Operation {
  method: string;
  path: string;
  parameters: Parameter[];
  body: string[];
}
interface Document {
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { schemas: Record<string, JsonSchema> };
}
interface JsonSchema {
  $ref?: string;
  properties?: Record<string, unknown>;
}
interface OpenApiOperation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema?: JsonSchema }> };
}

/** Texts that some part of a stack somewhere takes for more than a text. */
const texts = [
  '{"$ne":null}',
  '$where',
  '__proto__',
  'constructor.prototype',
  'a.b.c',
  "' OR 1=1 --",
  '"; DROP TABLE rows; --',
  '%',
  '_',
  '..%2f..%2fetc%2fpasswd',
  '=HYPERLINK("http://evil.example")',
  '(a+)+$',
  'x\u0000y',
  '\ufeffx',
  '\u202e',
  'x\r\nSet-Cookie: a=b',
  '1e400',
  '-1',
  'NaN',
  '99999999999999999999',
];
/** The same as values of JSON. */
const values: unknown[] = [
  ...texts,
  { $ne: null },
  { $where: 'sleep(5000)' },
  { $gt: '' },
  JSON.parse('{"__proto__":{"role":"owner"}}'),
  { constructor: { prototype: { role: 'owner' } } },
  { 'a.b': 1, $set: { role: 'owner' } },
  [{ $ne: 1 }],
  null,
  1e308,
  -1,
  [],
  '\ud800',
];

const stack = useSharedStack();
const publisher = new Publisher(stack);
let secret: string;
let operations: Operation[];

beforeAll(async () => {
  const file = 'id,name,amount,day\n1,a,1.5,2026-01-01\n2,=1+1,2.5,2026-01-02\n3,ä,3.5,2026-01-03\n';
  ({ secret } = await publisher.publish('Hostile rows', 'csv', file));
  await waitFor('rows', async () => (await read(stack.url, 'hostile-rows', secret)).status === 200);
  const { json } = await answerTo(`${stack.url}/docs/openapi.json`, { headers: admin() });
  operations = operationsOf(json as Document);
});

const admin = () => ({ authorization: `Bearer ${stack.adminKey}` });
function operationsOf({ paths, components }: Document): Operation[] {
  const known = (schema: JsonSchema = {}): JsonSchema =>
    schema.$ref ? (components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
      const { properties = {} } = known(requestBody?.content['application/json']?.schema);
      return { method: method.toUpperCase(), path, parameters, body: Object.keys(properties) };
    }),
  );
}

const isOurs = (answer: Answer, what: string) => {
  if (answer.status >= 500) throw new Error(`${what}: ${answer.status} ${answer.text}`);
  if (answer.status >= 400) {
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.text).not.toMatch(/\bat .+\.js:|node_modules|Mongo|E11000|DuckDB|Binder Error/);
  }
};

describe('every input of every management route', () => {
  const filled = ({ path }: Operation, text: string) =>
    path.replace(/\{\w+\}/g, () => encodeURIComponent(text).replaceAll('.', '%2E'));

  it('takes hostile texts in its path and its query for texts, or refuses them', async () => {
    expect(operations.length).toBeGreaterThan(40);
    for (const operation of operations.filter(({ method }) => method === 'GET')) {
      const names = operation.parameters.filter((each) => each.in === 'query').map(({ name }) => name);
      const hasId = operation.path.includes('{');
      if (/events|live|export/.test(operation.path)) continue;
      for (const text of texts) {
        for (const name of hasId ? [''] : [...names, 'name[$gt]', '__proto__']) {
          const query = name && `?${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
          const url = `${stack.url}${filled(operation, text)}${query}`;
          isOurs(await answerTo(url, { headers: admin() }), `GET ${url}`);
        }
      }
    }
  });

  it('takes hostile values in each member of its body for data, or refuses them', async () => {
    const withBody = operations.filter(({ body, path }) => body.length > 0 && !/session|setup/.test(path));
    expect(withBody.length).toBeGreaterThan(8);
    for (const { method, path, body } of withBody) {
      for (const member of [...body, '__proto__', '$set', 'a.b']) {
        const tries = values.map(async (value) => {
          const name = `n${Math.random()}`;
          const text = `{${JSON.stringify('name')}:${JSON.stringify(name)},${JSON.stringify(member)}:${JSON.stringify(value)}}`;
          const url = `${stack.url}${path.replace(/\{\w+\}/g, 'tok_01kz0000000000000000000000')}`;
          const headers = { ...admin(), 'content-type': 'application/json', 'if-match': '"1"' };
          isOurs(await answerTo(url, { method, headers, body: text }), `${method} ${url} ${text}`);
        });
        await Promise.all(tries);
      }
    }
  });

  it('takes bodies whose members are all hostile at once for data, or refuses them', async () => {
    for (const { method, path, body } of operations.filter((operation) => operation.body.length > 0)) {
      const url = `${stack.url}${path.replace(/\{\w+\}/g, 'tok_01kz0000000000000000000000')}`;
      const headers = { 'content-type': 'application/json', 'if-match': '"1"' };
      // Signing in and setting up are for those who have no key yet.
      const asked = /session|setup/.test(path) ? headers : { ...admin(), ...headers };
      const tries = values.map(async (_, turn) => {
        const members = body.map((name, index) => `${JSON.stringify(name)}:${JSON.stringify(mixed(turn, index))}`);
        const text = `{${members.join()}}`;
        isOurs(await answerTo(url, { method, headers: asked, body: text }), `${method} ${url} ${text}`);
      });
      await Promise.all(tries);
    }
  });
});

/** Another value for each member, and other ones together each turn. */
function mixed(turn: number, index: number): unknown {
  return values[(turn + index * (1 + (turn % 7))) % values.length];
}

describe('every row that is sent', () => {
  it('is data to the letter, or refused with everything that came with it', async () => {
    const { id } = await publisher.dataset('Sent');
    await publisher.version(id, 'csv', 'id,name,amount,more\n1,a,1.5,"{""a"":1}"\n', '?types={"more":"json"}');
    const { token, secret: sender } = await publisher.token('Sent');
    for (const method of ['GET', 'POST'] as const) {
      const api = await publisher.api({ name: `Sent ${method}`, datasetId: id, path: 'sent', method, active: true });
      await publisher.assign(api.id, token.id);
    }
    const send = (body: string, type: string) =>
      answerTo(`${stack.url}/api/sent`, {
        method: 'POST',
        headers: { authorization: `Bearer ${sender}`, 'content-type': type },
        body,
      });
    const members = ['id', 'name', 'amount', 'more', '__proto__', '$set', 'a.b', 'constructor'];
    const accepted = async (body: string, type: string): Promise<number> => {
      const answer = await send(body, type);
      isOurs(answer, body);
      expect([201, 400, 422]).toContain(answer.status);
      return answer.status === 201 ? (answer.json as { accepted: number }).accepted : 0;
    };
    let expected = 1;
    for (const value of values) {
      const sending = members.flatMap((member) => {
        const rows = [{ id: 2, name: 'first' }, { [member]: value }].map((row) => JSON.stringify(row));
        const csv = `id,${member === 'id' ? 'name' : member}\n2,${JSON.stringify(String(value))}`;
        return [
          accepted(`[${rows.join()}]`, 'application/json'),
          accepted(rows.join('\n'), 'application/x-ndjson'),
          accepted(csv, 'text/csv'),
        ];
      });
      for (const rows of await Promise.all(sending)) expected += rows;
    }
    const { json } = await read(stack.url, 'sent?_limit=1', sender);
    expect((json as { page: { total: number } }).page.total).toBe(expected);
    // Of all of them only a NUL is in no text.
    for (const text of texts.filter((each) => !each.includes('\u0000'))) {
      const name = encodeURIComponent(text);
      const found = await read(stack.url, `sent?name=${name}&_select=name&_limit=1`, sender);
      expect(found.json).toMatchObject({ data: [{ name: text }] });
    }
  }, 120_000);
});

describe('every input of an API', () => {
  it('gives no more rows for whatever text, and never fails', async () => {
    const document = await read(stack.url, 'hostile-rows/_openapi.json', secret);
    const [get] = operationsOf(document.json as Document).filter(({ method }) => method === 'GET');
    const names = (get?.parameters ?? []).filter((each) => each.in === 'query').map(({ name }) => name);
    expect(names.length).toBeGreaterThan(20);
    const operators = ['name[$ne]', 'name[$gt]', '$where', '__proto__', 'constructor', 'name__regex', 'name.x'];
    for (const name of [...names, ...operators]) {
      for (const text of texts) {
        const path = `hostile-rows?${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
        const answer = await read(stack.url, path, secret);
        isOurs(answer, path);
        const { data = [] } = (answer.json ?? {}) as { data?: unknown[] };
        expect(data.length).toBeLessThanOrEqual(ROWS);
        if (operators.includes(name)) expect(answer.status).toBe(400);
      }
    }
  });

  it('a pattern over a long text is answered at once, as the text that it is', async () => {
    const startedMs = performance.now();
    const found = ({ status, json, text }: Answer) => {
      expect(`${status} ${text}`).toMatch(/^200 /);
      return (json as { data: unknown[] }).data;
    };
    for (const text of ['(a+)+$'.repeat(100), '%'.repeat(2_000), '_%'.repeat(1_000), 'a'.repeat(3_000)]) {
      const asked = ['contains', 'icontains', 'starts', 'istarts', 'ends', 'iends'].map((op) => `name__${op}`);
      for (const name of asked) {
        expect(found(await read(stack.url, `hostile-rows?${name}=${encodeURIComponent(text)}`, secret))).toEqual([]);
      }
      const words = encodeURIComponent(text.slice(0, MAX_SEARCH_CHARS));
      expect(found(await read(stack.url, `hostile-rows?_q=${words}`, secret))).toEqual([]);
    }
    const body = JSON.stringify({ filter: { name: { icontains: '(a+)+$'.repeat(8_000) } } });
    expect(found(await query(body))).toEqual([]);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it('a cell that a spreadsheet would compute is data, and neutralised only where that is asked for', async () => {
    expect((await read(stack.url, 'hostile-rows?id=2', secret)).json).toMatchObject({ data: [{ name: '=1+1' }] });
    expect((await read(stack.url, 'hostile-rows?id=2&_format=csv', secret)).text).toContain(',=1+1,');
    expect((await read(stack.url, 'hostile-rows?id=2&_format=csv&_formulas=escape', secret)).text).toContain("'=1+1");
  });
});

const query = (body: string) =>
  answerTo(`${stack.url}/api/hostile-rows/_query`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body,
  });

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RE2JS } from 're2js';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { type DocumentedApis, documentOf, publishDocumentedApis } from '../support/documented-apis';
import { answerTo, Publisher, read, vegaFile } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';

/**
 * Runs ES modules that jest on Node 20 cannot load: in a process of their own, fed by standard input. Nothing is blocked meanwhile, so
 * that connections which the server ends are seen to end.
 */
async function inNode(script: string, input: unknown): Promise<string> {
  const options = { cwd: projectRoot, maxBuffer: 1 << 26 };
  const running = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], options);
  running.child.stdin?.end(JSON.stringify(input));
  return (await running).stdout;
}

const READ_INPUT = `
import { readFileSync } from 'node:fs';
const text = readFileSync(0, 'utf8');`;
const LINT = `${READ_INPUT}
import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectral from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
// What is left out: every installation is somebody else's, so that no document has a license or a contact of ours.
const rules = { 'info-license': 'off', 'no-server-example.com': 'off', 'operation-4xx-response': 'error' };
const config = await createConfig({ extends: ['recommended-strict'], rules });
const linter = new spectral.Spectral();
linter.setRuleset({ extends: [rulesets.oas], rules: { 'info-contact': 'off' } });
const complaints = {};
for (const [name, source] of Object.entries(JSON.parse(text))) {
  const redocly = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  const others = await linter.run(JSON.parse(source));
  complaints[name] = [
    ...redocly.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer].join(' ')),
    ...others.map(({ code, message, path }) => [code, message, path.join('/')].join(' ')),
  ];
}
console.log(JSON.stringify(complaints));`;

type Schema = Record<string, unknown> & { items?: Schema; examples?: unknown[] };
interface Operation {
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string; description?: string; schema?: Schema }[];
  responses: Record<string, { headers: Record<string, unknown>; content?: Record<string, unknown> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties: Record<string, unknown> }> };
}

describe('the OpenAPI document of an API', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let apis: DocumentedApis;
  const documentOfThings = async () => (await documentOf(stack.url, apis.things, apis.secret)).json as Document;

  beforeAll(async () => {
    apis = await publishDocumentedApis(publisher, 'Linted');
  });

  it('passes two strict linters without a single complaint, as that of the management routes does', async () => {
    const films = await publisher.publish('Films', 'json', await vegaFile('movies.json'));
    const { things, few, sends, secret } = apis;
    const texts = {
      films: (await documentOf(stack.url, films.api, films.secret)).text,
      things: (await documentOf(stack.url, things, secret)).text,
      few: (await documentOf(stack.url, few, secret)).text,
      sends: (await documentOf(stack.url, sends, secret)).text,
      management: (await answerTo(`${stack.url}/docs/openapi.json`)).text,
    };
    const complaints = JSON.parse(await inNode(LINT, texts));
    expect(complaints).toEqual(Object.fromEntries(Object.keys(texts).map((name) => [name, []])));
  });

  it('quotes numbers with every digit, wherever it is asked for', async () => {
    const { things, secret } = apis;
    const headers = { authorization: `Bearer ${stack.adminKey}` };
    const texts = [
      (await documentOf(stack.url, things, secret)).text,
      (await answerTo(`${stack.url}/docs/apis/${things.slug}/openapi.json`, { headers })).text,
      (await answerTo(`${stack.url}/manage/v1/apis/${things.id}/openapi.json`, { headers })).text,
    ];
    for (const text of texts) {
      expect(text).toContain('"example":{"id":9007199254740993,');
      expect(text).toContain('"amount":12345678901234567890.10,');
    }
    const sends = (await documentOf(stack.url, apis.sends, secret)).text;
    expect(sends).toContain('"maximum":99999999999999.99');
    expect((await read(stack.url, `${apis.sends.path}/_schema`, secret)).text).toContain('"maximum":99999999999999.99');
  });

  it('has examples of parameters that find rows', async () => {
    const { text } = await documentOf(stack.url, apis.things, apis.secret);
    // A copy whose numbers are texts: reading them as numbers would cost digits.
    const exact: Document = JSON.parse(text.replaceAll(/"examples":\[(-?\d[^\]"]*)\]/g, '"examples":["$1"]'));
    const operation = exact.paths[`/api/${apis.things.path}`]?.get;
    const examples = (operation?.parameters ?? []).flatMap(({ name, schema }) => {
      const [example] = schema?.examples ?? schema?.items?.examples ?? [];
      return example === undefined || name.startsWith('_') ? [] : [[name, String(example)] as const];
    });
    expect(examples.length).toBeGreaterThan(40);
    for (const [name, example] of examples) {
      const query = `${name}=${encodeURIComponent(example)}`;
      const { status, json } = await read(stack.url, `${apis.things.path}?${query}`, apis.secret);
      expect([query, status, (json as { page?: { returned: number } }).page?.returned === 0]).toEqual([
        query,
        200,
        false,
      ]);
    }
  });

  it('tells every status that is sent, with the fields that come with it', async () => {
    const { things, sends, secret } = apis;
    const reads = (await documentOfThings()).paths[`/api/${things.path}`]?.get?.responses ?? {};
    const statuses = (responses: object) => Object.keys(responses).map(Number);
    expect(statuses(reads)).toEqual(
      expect.arrayContaining([200, 304, 400, 401, 403, 404, 405, 406, 408, 410, 422, 429, 431, 500, 503, 504, 507]),
    );
    const { json } = await documentOf(stack.url, sends, secret);
    const sending = (json as Document).paths[`/api/${sends.path}`]?.post?.responses ?? {};
    expect(statuses(sending)).toEqual(
      expect.arrayContaining([201, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 431, 500, 503, 504, 507]),
    );
    expect(Object.keys(reads[429]?.headers ?? {})).toEqual(
      expect.arrayContaining(['Retry-After', 'RateLimit', 'RateLimit-Policy']),
    );
    expect(Object.keys(reads[405]?.headers ?? {})).toContain('Allow');
    expect(reads[304]).not.toHaveProperty('content');
  });

  it('gives each resource its own parameters', async () => {
    const { paths } = await documentOfThings();
    const named = (resource: string) =>
      paths[`/api/${apis.things.path}${resource}`]?.get?.parameters?.map(({ name }) => name) ?? [];
    const ofPages = ['_limit', '_cursor', '_offset', '_count', '_shape', '_pretty'];
    expect(named('')).toEqual(expect.arrayContaining([...ofPages, '_bom', 'If-None-Match']));
    expect(named('/_export').filter((name) => ofPages.includes(name))).toEqual([]);
    expect(named('/_export')).toEqual(expect.arrayContaining(['_select', '_sort', '_bom', 'id__in']));
    expect(named('/_changes')).toEqual(expect.arrayContaining(['since', '_limit', '_cursor']));
  });

  it('calls a time of day what it is, in the schema of rows that are sent as well', async () => {
    const { schemas } = (await documentOfThings()).components;
    const time = expect.objectContaining({ type: ['string', 'null'], pattern: expect.any(String) });
    expect(schemas.Row?.properties.opens).toEqual(time);
    expect(schemas.Row?.properties.opens).not.toHaveProperty('format');
    const { json } = await read(stack.url, `${apis.sends.path}/_schema`, apis.secret);
    expect((json as { row: { properties: object } }).row.properties).toMatchObject({ opens: time });
  });
});

describe('the OpenAPI document of the management routes', () => {
  const stack = useSharedStack();
  let document: Document & { servers: unknown[]; tags: { name: string; description: string }[] };
  let operations: [name: string, operation: Operation][];

  beforeAll(async () => {
    document = (await answerTo(`${stack.url}/docs/openapi.json`)).json as typeof document;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
    );
  });

  it('describes every operation, parameter and tag, and says where the server is', () => {
    expect(operations.length).toBeGreaterThan(60);
    const silent = operations.filter(([, { summary, description }]) => !summary || !description);
    expect(silent.map(([name]) => name)).toEqual([]);
    const parameters = operations.flatMap(([name, operation]) =>
      (operation.parameters ?? []).filter(({ description }) => !description).map((each) => `${name} ${each.name}`),
    );
    expect(parameters).toEqual([]);
    expect(document.tags.filter(({ description }) => !description)).toEqual([]);
    expect(document.servers).toEqual([{ url: expect.stringMatching(/^http/), description: expect.any(String) }]);
  });

  it('answers every refusal as a problem document, whose faults it describes', () => {
    for (const [name, { responses }] of operations) {
      const refusals = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      expect([name, refusals.map(([status]) => status)]).toEqual([
        name,
        expect.arrayContaining(['400', '405', '429', '503']),
      ]);
      for (const [, { content }] of refusals) expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
    }
    expect(document.components.schemas.Problem?.properties).toHaveProperty('errors');
  });

  it('has only patterns that engines without Unicode classes and looking around read, and none beside a format', () => {
    const found: string[] = [];
    JSON.stringify(document, (_key, value) => {
      if (typeof value?.pattern !== 'string') return value;
      RE2JS.compile(value.pattern);
      expect(value.pattern).not.toMatch(/\\p/i);
      expect(['date-time', 'date', 'time', 'email']).not.toContain(value.format);
      found.push(value.pattern);
      return value;
    });
    expect(found.length).toBeGreaterThan(20);
  });
});

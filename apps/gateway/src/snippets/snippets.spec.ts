import { listedFormats } from '@sluice/contracts/formats';
import { SnippetLanguage } from '@sluice/contracts/gateway/snippets';
import { googleServices } from '../../../../test/support/google-services';
import {
  bashRunner,
  csharpRunner,
  duckdbRunner,
  goRunner,
  javaRunner,
  kotlinRunner,
  nodeRunner,
  phpRunner,
  powerQueryRunner,
  powershellRunner,
  pythonRunner,
  type Runner,
  rRunner,
  runProgram,
  skippedBecause,
  swiftRunner,
} from '../../../../test/support/programs';
import { RecordingServer } from '../../../../test/support/recording-server';
import { snippet } from './snippets';
import type { Subject } from './subject';

const api: Subject['api'] = { method: 'GET', export: true, formats: listedFormats, limits: { maxPage: 1000 } };

/** Each of them did harm to some way of writing it down. */
const values = [
  'a\\b\\',
  `it's "quoted" 'twice'`,
  '$HOME $' + '{HOME} $(touch broken) `touch broken` #{1} \\(1) %s {0}',
  'line\nbreak\r\nand\ttab',
  '\u2028\u2029\u0085\u00a0',
  '😀 é ß ‘typographic’ “quotes”',
  '\u0001\u0007\u001b[2J\u007f',
  `"); process.exit(3); require("fs").writeFileSync("broken", ""); ("`,
  `'); import os; os._exit(3); ('`,
  `" & SLUICE_TOKEN & " #(lf) \\u000a \\u0022`,
  '\\u0022); System.exit(3); (\\u0022',
  `'; DROP TABLE rows; --`,
  '</script><!--',
  '*?[a-z]&=+;/%20%00%zz',
  '',
];
const search = new URLSearchParams();
for (const [at, value] of values.entries()) search.append(`p${at}`, value);
for (const value of values) search.append('same', value);
search.append(values.join(''), 'a name as well');
const query = search.toString();

/** Go compiles its library at its first run. */
const RUN_MS = 180_000;

const rows = `[{"note": ${JSON.stringify(values.join(''))}, "id": 9007199254740993, "amount": 12.50, "__proto__": 1}]`;
const plainRows = JSON.stringify([{ note: values.join('') }, { note: null, list: values }]);

const runners: Readonly<Record<SnippetLanguage, Runner>> = {
  axios: nodeRunner,
  fetch: nodeRunner,
  curl: bashRunner,
  python: pythonRunner,
  pandas: pythonRunner,
  polars: pythonRunner,
  r: rRunner,
  go: goRunner,
  csharp: csharpRunner,
  java: javaRunner,
  kotlin: kotlinRunner,
  swift: swiftRunner,
  php: phpRunner,
  powershell: powershellRunner,
  appsscript: nodeRunner,
  duckdb: duckdbRunner,
  powerquery: powerQueryRunner,
  odata: powerQueryRunner,
};
const sending = SnippetLanguage.options.filter(
  (each) => each !== 'duckdb' && each !== 'powerquery' && each !== 'odata',
);
const tables: readonly string[] = ['pandas', 'polars', 'r', 'duckdb', 'powerquery', 'appsscript'];
/** These tell no more than the status. */
const silent: readonly string[] = ['duckdb', 'powerquery', 'odata', 'appsscript'];

describe('a snippet', () => {
  const server = new RecordingServer();
  beforeAll(() => server.start());
  afterAll(() => server.stop());

  const run = async (language: SnippetLanguage, subject: Omit<Subject, 'url' | 'odataUrl'>) => {
    server.requests.length = 0;
    const code = snippet(language, { ...subject, odataUrl: null, url: `${server.url}/api/sales/orders` });
    expect(code).toMatch(/^[\n\t -~]+$/);
    expect(code).toContain('SLUICE_TOKEN');
    const call = subject.api.method === 'GET' ? 'readRows();' : 'sendRows();';
    const program = language === 'appsscript' ? `${googleServices}${code}\n${call}` : code;
    return await runProgram(runners[language], program, { SLUICE_TOKEN: 'slc_$x`"\'' });
  };

  describe.each(SnippetLanguage.options)('in %s', (language) => {
    const title = `asks exactly what was asked for, whatever is in its values${skippedBecause(runners[language])}`;
    (runners[language].missing === undefined ? it : it.skip)(
      title,
      async () => {
        const { code, stderr } = await run(language, { api, query });
        const asked = server.requests.find(({ method }) => method === 'GET');
        if (!asked) throw new Error(stderr);
        const isTable = tables.includes(language);
        const control = (name: string) => isTable && ['_format', '_formulas'].includes(name);
        expect(asked.parameters.filter(([name]) => !control(name))).toEqual([...new URLSearchParams(query)]);
        expect(asked.path).toBe(isTable ? '/api/sales/orders/_export' : '/api/sales/orders');
        expect(asked.headers.authorization).toBe('Bearer slc_$x`"\'');
        // A reader of tables fails here: the answer is no table.
        if (!isTable) expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/error/i) });
      },
      RUN_MS,
    );
  });

  describe.each(sending)('in %s', (language) => {
    const title = `sends the rows with every digit and sign${skippedBecause(runners[language])}`;
    (runners[language].missing === undefined ? it : it.skip)(
      title,
      async () => {
        // JavaScript writes rows as values where that loses no digit.
        const isScript = language === 'axios' || language === 'fetch';
        for (const body of isScript ? [rows, plainRows] : [rows]) {
          const outcome = await run(language, { api: { ...api, method: 'POST' }, query: '', body });
          expect(outcome).toMatchObject({ code: 0 });
          const [sent] = server.requests;
          expect(sent).toMatchObject({
            method: 'POST',
            headers: { 'content-type': expect.stringMatching(/^application\/json/) },
          });
          expect(sent?.headers['idempotency-key']).toMatch(/^[\w-]{6,}$/);
          expect(JSON.parse(sent?.body ?? '')).toEqual(JSON.parse(body));
          expect(sent?.body.includes('9007199254740993')).toBe(body === rows);
        }
      },
      RUN_MS,
    );
  });

  describe.each(SnippetLanguage.options.filter((each) => !silent.includes(each)))('in %s', (language) => {
    const title = `ends with what the server says where it refuses${skippedBecause(runners[language])}`;
    (runners[language].missing === undefined ? it : it.skip)(
      title,
      async () => {
        server.refusal = 'no such field: region';
        const { code, stdout, stderr } = await run(language, { api, query: 'region=EU' });
        server.refusal = null;
        expect(code).not.toBe(0);
        expect(stdout + stderr).toContain('no such field: region');
      },
      RUN_MS,
    );
  });

  (bashRunner.missing === undefined ? it : it.skip)(
    `in curl asks by the method QUERY where a query is nested${skippedBecause(bashRunner)}`,
    async () => {
      const filter = '{"_or":[{"note":{"contains":"it\'s"}},{"id":9007199254740993}]}';
      const nested = new URLSearchParams({ _filter: filter, _limit: '5' }).toString();
      expect(await run('curl', { api, query: nested })).toMatchObject({ code: 0 });
      expect(server.requests).toMatchObject([
        { method: 'QUERY', parameters: [], body: `{"filter":${filter},"limit":5}` },
      ]);
      expect(server.requests[0]?.headers['content-type']).toBe('application/json');
    },
    RUN_MS,
  );

  it.each(SnippetLanguage.options.filter((each) => each !== 'odata'))(
    'in %s reads the token from its environment and holds the request',
    (language) => {
      const url = 'https://data.example.com/api/sales/orders';
      const code = snippet(language, { api, url, odataUrl: null, query: 'region=EU&id__in=1&id__in=2&_limit=10' });
      for (const text of ['SLUICE_TOKEN', url, 'region', 'EU', 'id__in']) expect(code).toContain(text);
      expect(code.includes('_limit')).toBe(!tables.includes(language));
    },
  );

  it('of OData names the entity set, with what the API wants to be given and nothing that could leave its literal', () => {
    const own = { ...api, parameters: [{ name: 'area' }] };
    const odataUrl = 'https://data.example.com/odata/orders';
    for (const area of values) {
      const query = new URLSearchParams({ area, region: 'EU', _limit: '10' }).toString();
      const code = snippet('odata', { api: own, url: 'https://data.example.com/api/orders', odataUrl, query });
      const [, literal = ''] = /OData\.Feed\(\s+"((?:[^"]|"")*)",\n/.exec(code) ?? [];
      expect([...new URL(literal.replaceAll('#(#)', '#')).searchParams]).toEqual([['area', area]]);
      expect(code).toContain('[Authorization = "Bearer " & SLUICE_TOKEN]');
      expect(literal.startsWith(odataUrl)).toBe(true);
    }
    expect(() => snippet('odata', { api, url: 'https://x.example', odataUrl: null, query: '' })).toThrow(
      /rows as JSON/,
    );
  });

  it('of a table is refused in words where the language reads none of the formats or sends no rows', () => {
    const url = 'https://data.example.com/api/x';
    const arrow = { ...api, formats: ['arrow' as const] };
    expect(() => snippet('duckdb', { api: arrow, url, odataUrl: null, query: '' })).toThrow(/reads parquet or ndjson/);
    expect(() => snippet('duckdb', { api: { ...api, method: 'POST' }, url, odataUrl: null, query: '' })).toThrow(
      /sends none/,
    );
  });
});

import type { ListedFormat } from '@sluice/contracts/formats';
import { Snippet, type SnippetLanguage } from '@sluice/contracts/gateway/snippets';
import { snippet } from '../../apps/gateway/src/snippets/snippets';
import { googleServices } from '../support/google-services';
import {
  duckdbRunner,
  nodeRunner,
  pythonRunner,
  type Runner,
  rRunner,
  runProgram,
  skippedBecause,
} from '../support/programs';
import { Publisher } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';

const ROWS = 2_345;
/** All others are read as these are. */
const PAGED: readonly ListedFormat[] = ['parquet', 'json', 'csv'];
const FIRST_ID = 9_007_199_254_740_993n;
/** Texts that readers of tables take for numbers, nulls or formulas. */
const codes = ['007', 'NA', 'null', '=1+1', 'it\'s "quoted"', 'x,y'];

/** A program that prints the columns `id` and `code` as JSON on its last line, made of one that reads the table. */
const printing: Readonly<Record<string, (code: string) => string>> = {
  pandas: (code) => `${code}\n${printedByPython('tolist')}`,
  polars: (code) => `${code}\n${printedByPython('to_list')}`,
  r: (code) => `${code}\ncat("\\n", jsonlite::toJSON(list(as.character(rows$id), rows$code)), sep = "")`,
  duckdb: (code) => `${code.replace('SELECT *', 'SELECT list(id::text) AS id, list(code::text) AS code')}`,
  appsscript: (code) => `${googleServices}${code}\nreadRows();`,
};
const printedByPython = (list: string) =>
  `import json as told\nprint(told.dumps([[str(each) for each in rows[name].${list}()] for name in ("id", "code")]))`;

/** What was printed, column by column. */
function columnsOf(language: SnippetLanguage, printed: unknown): unknown[][] {
  if (language === 'duckdb') return (printed as Record<string, unknown[]>[]).flatMap(Object.values);
  if (language !== 'appsscript') return printed as unknown[][];
  const [names, ...rows] = printed as string[][];
  expect(names).toEqual(['id', 'code']);
  return [rows.map(([id]) => id), rows.map(([, code]) => code)];
}

const cases: [SnippetLanguage, Runner, ListedFormat[]][] = [
  ['pandas', pythonRunner, ['parquet', 'arrow', 'ndjson', 'json', 'csv']],
  ['polars', pythonRunner, ['parquet', 'arrow', 'ndjson', 'json', 'csv']],
  // Parquet and Arrow are for those who have the package arrow.
  ['r', rRunner, ['ndjson', 'json', 'csv']],
  ['duckdb', duckdbRunner, ['parquet', 'ndjson', 'json', 'csv']],
  ['appsscript', nodeRunner, ['csv']],
];

describe('a table that a snippet reads', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;
  const ids = Array.from({ length: ROWS }, (_, index) => String(FIRST_ID + BigInt(index)));
  const expected = ids.map((_, index) => codes[index % codes.length]);

  beforeAll(async () => {
    const lines = ids.map((id, index) => `${id},"${expected[index]?.replaceAll('"', '""')}"`);
    open = await publisher.publish('Client tables', 'csv', `id,code\n${lines.join('\n')}\n`);
  });

  /** Runs the program and gives the columns that it read. */
  const read = async (language: SnippetLanguage, runner: Runner, formats: ListedFormat[], isExported: boolean) => {
    const api = { method: 'GET' as const, export: isExported, formats, limits: { maxPage: 1_000 } };
    const url = `${stack.url}/api/client-tables`;
    // A page of ten is what the console asks for; the table is of all rows.
    const code = snippet(language, {
      api,
      url,
      odataUrl: null,
      query: '_limit=10&_sort=id&code__ne=nothing+%27%22%5C',
    });
    const program = printing[language]?.(code) ?? code;
    const { stdout, stderr } = await runProgram(runner, program, { SLUICE_TOKEN: open.secret });
    const last = stdout.trimEnd().split('\n').at(-1) ?? '';
    if (!last.startsWith('[')) throw new Error(stderr);
    return columnsOf(language, JSON.parse(last));
  };

  describe.each(cases)('in %s', (language, runner, formats) => {
    const ran = runner.missing === undefined ? it : it.skip;
    const formula = (text = '') => (language === 'appsscript' && text.startsWith('=') ? `'${text}` : text);

    ran.each(formats)(`has every row, digit and text by an export of %s${skippedBecause(runner)}`, async (format) => {
      expect(await read(language, runner, [format], true)).toEqual([ids, expected.map(formula)]);
    });

    ran.each(formats.filter((format) => PAGED.includes(format)))(
      `has every row, digit and text by pages of %s${skippedBecause(runner)}`,
      async (format) => {
        const pages = language === 'duckdb' ? 1_000 : ROWS;
        const [readIds = [], texts] = await read(language, runner, [format], false);
        expect([readIds, texts]).toEqual([ids.slice(0, pages), expected.slice(0, pages).map(formula)]);
      },
    );
  });

  it('is asked for as the settings of the API allow', async () => {
    const address = `/apis/${open.api.id}/snippets?language=polars&query=_limit%3D10`;
    const codeNow = async () => Snippet.parse((await publisher.call('GET', address)).json).code;
    expect(await codeNow()).toMatch(/client-tables\/_export[\s\S]*parquet/);
    const { headers } = await publisher.call('GET', `/apis/${open.api.id}`);
    const change = { export: false, formats: ['csv'], limits: { maxPage: 500 } };
    await publisher.call('PATCH', `/apis/${open.api.id}`, change, { 'if-match': headers.get('etag') ?? '' });
    expect(await codeNow()).toMatch(/client-tables\?_format=csv&_limit=500[\s\S]*next/);
  });
});

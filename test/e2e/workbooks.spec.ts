import { readFileSync } from 'node:fs';
import { MAX_SHEET_ROWS } from '@sluice/contracts/catalogue/row-formats';
import { mediaTypes } from '@sluice/contracts/media-types';
import { strFromU8, unzipSync } from 'fflate';
import { type Runner, runProgram, skippedBecause } from '../support/programs';
import { Publisher, read } from '../support/publisher';
import { pythonVenv } from '../support/python-venv';
import { useStack } from '../support/use-stack';

const venv = pythonVenv(['openpyxl==3.1.5']);
const runner: Runner = venv.missing === undefined ? { file: 'main.py', command: [venv.python] } : venv;
const python = runner.missing === undefined ? it : it.skip;

const XLSX = mediaTypes.xlsx.type;
const types = {
  ...{ id: 'integer', name: 'text', amount: 'decimal', ratio: 'number', paid: 'boolean' },
  ...{ day: 'date', at: 'datetime', opens: 'time', extra: 'json' },
};
const SAMPLE = [
  Object.keys(types).join(','),
  '1,"Ä, ""x"" <&> 😀",19.50,0.1,true,2026-01-31,2026-01-31T10:00:00.5Z,09:30,"{""a"":[1,2]}"',
  '999999999999999,=1+1,-0.01,1e300,false,1900-01-01,1900-01-01T06:00:00Z,23:59:59.999,',
  '9007199254740993,+1,12345678901234567890.12,5e-324,,1899-12-31,1899-12-31T00:00:00Z,00:00:00.000001,',
  '-9223372036854775808,_x0041_,1234567890123.45,-2.5,true,1900-02-28,1969-12-31T23:59:59.999999Z,00:00,"[]"',
  '5," a\r\nb\t\u0001 ",0,0,true,9999-12-31,9999-12-31T23:59:59Z,12:00,',
  ',,,,,,,,',
  '7,"=HYPERLINK(""http://evil.example"")",1,1,true,1900-03-01,1900-03-01T00:00:00Z,12:00,',
  '',
].join('\n');

/** Reads a workbook as people's programs do, and holds each cell against our JSON of the same rows. */
const COMPARE = `
import datetime, io, json, os, urllib.request
from decimal import Decimal
import openpyxl
from openpyxl.utils.escape import unescape

def get(query):
    request = urllib.request.Request(os.environ["URL"] + query, headers={"Authorization": "Bearer " + os.environ["SECRET"]})
    return urllib.request.urlopen(request).read()

def same(value, cell, kind):
    if value is None or value == "":
        return cell in (None, "")
    text = cell if isinstance(cell, str) else None
    if kind in ("integer", "decimal"):
        digits = len(str(value).replace("-", "").replace(".", "").lstrip("0"))
        return Decimal(str(cell)) == Decimal(str(value)) and (text is not None) == (digits > 15)
    if kind == "number":
        return float(cell) == float(value)
    if kind == "date" and text is None:
        return cell == datetime.datetime.fromisoformat(value)
    if kind == "datetime" and text is None:
        return cell == datetime.datetime.fromisoformat(value[:-1])
    if kind == "time" and text is None:
        return cell == datetime.time.fromisoformat(value)
    if kind == "json":
        return json.loads(text) == value
    return unescape(text) == value if text is not None else cell == value

types = json.loads(os.environ["TYPES"])
rows = json.loads(get(os.environ["QUERY"] + "_format=json" + os.environ["SHAPE"]), parse_float=Decimal)
book = openpyxl.load_workbook(io.BytesIO(get(os.environ["QUERY"] + "_format=xlsx")))
sheet = book.active
table = list(sheet.iter_rows())
names = [cell.value for cell in table[0]]
wrong = [
    (row, name, str(row[name]), repr(cell.value))
    for row, cells in zip(rows, table[1:])
    for name, cell in zip(names, cells)
    if not same(row[name], cell.value, types[name])
]
print(json.dumps({
    "rows": len(table) - 1,
    "expected": len(rows),
    "wrong": [str(each) for each in wrong],
    "names": names,
    "formulas": sum(cell.data_type == "f" for cells in table for cell in cells),
    "formats": [cell.number_format for cell in table[1]],
    "frozen": sheet.freeze_panes,
    "filter": sheet.auto_filter.ref,
    "sheet": sheet.title,
    "title": book.properties.title,
    "description": book.properties.description,
}))
`;

describe('workbooks', () => {
  const stack = useStack();
  const publisher = new Publisher(stack);
  let small: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    const dataset = await publisher.dataset('Workbook');
    const query = `?types=${encodeURIComponent(JSON.stringify(types))}`;
    await publisher.version(dataset.id, 'csv', SAMPLE, query);
    const api = await publisher.api({ name: 'Workbook', datasetId: dataset.id, active: true });
    const { token, secret } = await publisher.token('Workbook');
    await publisher.assign(api.id, token.id);
    small = { api, secret, tokenId: token.id };
  }, 90_000);

  const get = (path: string, headers: Record<string, string> = {}) => read(stack.url, path, small.secret, headers);

  async function bytesOf(path: string, secret = small.secret): Promise<Buffer> {
    const response = await fetch(`${stack.url}/api/${path}`, { headers: { authorization: `Bearer ${secret}` } });
    if (response.status !== 200) throw new Error(await response.text());
    return Buffer.from(await response.arrayBuffer());
  }

  python.each([
    ['a page', '?', '&_shape=array'],
    ['an export', '/_export?', ''],
    ['a sorted and filtered export', '/_export?_sort=-id&paid=true&_select=name,id,at&', ''],
  ])(
    `are read by openpyxl row by row as our JSON has them: %s${skippedBecause(runner)}`,
    async (_name, QUERY, SHAPE) => {
      const URL = `${stack.url}/api/workbook`;
      const env = { URL, SECRET: small.secret, TYPES: JSON.stringify(types), QUERY, SHAPE };
      const { stdout, stderr } = await runProgram(runner, COMPARE, env);
      if (!stdout) throw new Error(stderr);
      const told = JSON.parse(stdout);
      expect(told).toMatchObject({ wrong: [], formulas: 0, frozen: 'A2', sheet: 'workbook', title: 'workbook' });
      expect(told.rows).toBe(told.expected);
      expect(told.description).toMatch(/^API workbook, \/api\/workbook, dataset \w+, version 1, commit 1$/);
      if (QUERY.includes('_select')) return;
      expect(told).toMatchObject({ rows: 7, names: Object.keys(types), filter: 'A1:I8' });
      const datetime = 'yyyy-mm-dd hh:mm:ss.000';
      expect(told.formats).toEqual(['0', '@', '0.00', 'General', 'General', 'yyyy-mm-dd', datetime, 'hh:mm:ss', '@']);
    },
    120_000,
  );

  it('are read by our own imports with the same rows', async () => {
    const dataset = await publisher.dataset('Workbook again');
    // A json comes back as its text.
    const { extra: _, ...others } = types;
    const select = `_select=${Object.keys(others).join(',')}&id__null=false`;
    const query = `?types=${encodeURIComponent(JSON.stringify(others))}`;
    await publisher.version(dataset.id, XLSX, await bytesOf(`workbook/_export?_format=xlsx&${select}`), query);
    const { id } = await publisher.api({ name: 'Workbook again', datasetId: dataset.id, active: true });
    await publisher.assign(id, small.tokenId);
    const page = `?_shape=array&${select}`;
    expect((await get(`workbook-again${page}`)).text).toBe((await get(`workbook${page}`)).text);
  });

  it('are asked for by _format or Accept, held by the caller, and told of by HEAD', async () => {
    const page = await get('workbook', { accept: XLSX });
    expect(page.headers.get('content-type')).toBe(XLSX);
    const tag = page.headers.get('etag') ?? '';
    expect((await get('workbook', { accept: XLSX, 'if-none-match': tag })).status).toBe(304);
    expect(await bytesOf('workbook?_format=xlsx')).toEqual(await bytesOf('workbook?_format=xlsx'));
    const exported = await get('workbook/_export', { accept: XLSX, 'accept-encoding': 'gzip' });
    expect(exported.headers.get('content-disposition')).toBe('attachment; filename="workbook-v1.xlsx"');
    expect(exported.headers.get('content-encoding')).toBeNull();
    expect(
      (await get('workbook/_export', { accept: XLSX, 'if-none-match': exported.headers.get('etag') ?? '' })).status,
    ).toBe(304);
    const head = await fetch(`${stack.url}/api/workbook/_export?_format=xlsx`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${small.secret}` },
    });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, XLSX]);
    const groups = unzipSync(await bytesOf('workbook?_format=xlsx&_group=paid&_agg=count'));
    expect(strFromU8(groups['xl/worksheets/sheet1.xml'] ?? new Uint8Array())).toContain('<t>count</t>');
    expect(await get('workbook?_format=xlsx&_formulas=escape')).toMatchObject({ status: 400 });
  });

  it('come with CSV: an API that offers it documents them, another refuses them', async () => {
    const { text } = await get('workbook/_openapi.json');
    expect(text).toContain(`"${XLSX}"`);
    expect((await get('workbook/_schema')).json).toMatchObject({ formats: expect.arrayContaining(['csv', 'xlsx']) });
    const { datasetId } = small.api;
    const { id } = await publisher.api({ name: 'JSON only', datasetId, active: true, formats: ['json'] });
    await publisher.assign(id, small.tokenId);
    expect((await get('json-only?_format=xlsx')).json).toMatchObject({
      errors: [{ name: '_format', allowed: ['json'] }],
    });
    expect((await get('json-only', { accept: XLSX })).status).toBe(406);
  });

  it('are given by links', async () => {
    const made = await fetch(`${stack.url}/api/workbook/_links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${small.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ format: 'xlsx', query: 'id=1' }),
    });
    const { url } = (await made.json()) as { url: string };
    expect(url).toMatch(/\.xlsx$/);
    const answer = await fetch(url);
    expect(answer.headers.get('content-type')).toBe(XLSX);
    expect(Object.keys(unzipSync(new Uint8Array(await answer.arrayBuffer())))).toContain('xl/workbook.xml');
  });

  it('are refused where a cell or the sheet cannot hold the rows, before any byte', async () => {
    const long = await publisher.publish('Long text', 'csv', `id,text\n1,${'x'.repeat(32_768)}\n2,short\n`);
    const path = 'long-text?_format=xlsx';
    for (const each of [path, path.replace('?', '/_export?')]) {
      const answer = await read(stack.url, each, long.secret);
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ name: '_format', max: 32_767 }] } });
      expect((await read(stack.url, `${each}&id=2`, long.secret)).status).toBe(200);
    }
  });

  const rssKb = (process: string) =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${stack.pid(process)}/status`, 'utf8'))?.[1]);

  it('of as many rows as a sheet has are streamed in little memory, and one row more is a 400 that says so', async () => {
    const rows = MAX_SHEET_ROWS + 1;
    const lines = Array.from({ length: rows }, (_, id) => `${id},text of ${id},${id / 8},2026-01-31T10:00:00Z`);
    const large = await publisher.publish('Tall', 'csv', `id,text,ratio,at\n${lines.join('\n')}\n`);
    const refused = await read(stack.url, 'tall/_export?_format=xlsx', large.secret);
    expect(refused).toMatchObject({
      status: 400,
      json: { code: 'invalid_query', errors: [{ name: '_format', max: MAX_SHEET_ROWS }] },
    });
    expect(refused.text).toContain(String(rows));
    // What reading the rows takes is there before.
    await bytesOf('tall/_export?_format=csv', large.secret);
    const before = { catalogue: rssKb('catalogue-1'), gateway: rssKb('gateway-1') };
    let [bytes, catalogueKb, gatewayKb] = [0, 0, 0];
    const response = await fetch(`${stack.url}/api/tall/_export?_format=xlsx&id__lt=${MAX_SHEET_ROWS}`, {
      headers: { authorization: `Bearer ${large.secret}` },
    });
    expect(response.status).toBe(200);
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      catalogueKb = Math.max(catalogueKb, rssKb('catalogue-1'));
      gatewayKb = Math.max(gatewayKb, rssKb('gateway-1'));
    }
    expect(bytes).toBeGreaterThan(5e6);
    expect(catalogueKb - before.catalogue).toBeLessThan(MAX_GROWTH_KB);
    expect(gatewayKb - before.gateway).toBeLessThan(MAX_GROWTH_KB);
  }, 180_000);
});

const MAX_GROWTH_KB = 150_000;

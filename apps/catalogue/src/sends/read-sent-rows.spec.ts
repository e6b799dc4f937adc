import type { Field } from '@sluice/contracts/fields';
import { countRows } from '@sluice/records/count-rows';
import fc from 'fast-check';
import { finished } from '../../../../test/measure/finished';

import { seeds } from '../../../../test/measure/seeds';
import { ImportBench } from '../typing/import-bench-of-a-test';

import { readSentRows } from './read-sent-rows';

type Rows = (string | null)[][];

const BYTE_ORDER_MARK = '\ufeff';

/** The texts of a send's rows, as they would be checked and stored. */
function sent(body: string, names: readonly string[]): Rows {
  const fields = names.map((name): Field => {
    return { name, label: name, type: 'text', nullable: true, min: null, max: null, distinct: null };
  });
  const rows: Rows = [];
  const steps = readSentRows(Buffer.from(body), 'csv', fields, {}, ({ cells, fault }) => {
    expect(fault).toBeUndefined();
    rows.push(names.map((name) => cells.get(name)?.text ?? null));
  });
  finished(steps);
  return rows;
}

describe('a CSV body', () => {
  let bench: ImportBench;

  beforeAll(async () => {
    bench = await ImportBench.open();
  });
  afterAll(() => bench.close());

  /** The rows of the version that an import of the same bytes makes. */
  async function imported(body: string, names: readonly string[]): Promise<Rows> {
    const types = Object.fromEntries(names.map((name) => [name, 'text' as const]));
    const { path } = await bench.importText(body, 'csv', { reading: { delimiter: ',' }, types });
    return (await bench.engine.query(`SELECT ${names.join(', ')} FROM read_parquet('${path}')`)) as Rows;
  }

  const ends = { LF: ['\n'], CRLF: ['\r\n'], CR: ['\r'], mixed: ['\r', '\n', '\r\n', '\r'] };
  const broken = (lines: readonly string[], end: readonly string[]) =>
    lines.map((line, index) => line.replaceAll('⏎', end[0] ?? '') + end[index % end.length]).join('');

  const lines = [
    'a,b',
    '1,x',
    '"2","two⏎lines"',
    '',
    '3,',
    ',""',
    '"4","say ""so"""',
    ' 5 ,in 5" steps',
    '""," \u{1f600}"',
  ];
  const rows = (end: string): Rows => [
    ['1', 'x'],
    ['2', `two${end}lines`],
    ['3', null],
    [null, ''],
    ['4', 'say "so"'],
    [' 5 ', 'in 5" steps'],
    ['', ' \u{1f600}'],
  ];
  const variants = [
    ['', 'as they are', ''],
    [BYTE_ORDER_MARK, 'behind a byte order mark', ''],
    ['', 'with blank lines at the end', '\r\n\n\r'],
  ] as const;
  const cases = Object.entries(ends).flatMap(([name, end]) =>
    variants.map(([before, how, after]) => ({ name, how, end, before, after })),
  );

  it.each(cases)('with $name at line ends stores the rows of an import, $how', async ({ end, before, after }) => {
    const body = before + broken(lines, end) + after;
    const names = ['a', 'b'];
    expect(sent(body, names)).toEqual(rows(end[0] ?? ''));
    expect(sent(body, names)).toEqual(await imported(body, names));
    expect(finished(countRows('csv', Buffer.from(body)))).toBe(lines.length - 2);
  });

  it.each(Object.entries(ends))('of one column with %s has nulls for its blank lines, as an import', async (_, end) => {
    const body = broken(['a', '1', '', '""', '', '', '2', '', ''], end);
    // In a mixture CR and LF can meet, and are one line end then.
    if (end.length === 1) expect(sent(body, ['a'])).toEqual([['1'], [null], [''], [null], [null], ['2']]);
    expect(sent(body, ['a'])).toEqual(await imported(body, ['a']));
    expect(finished(countRows('csv', Buffer.from(body)))).toBe(sent(body, ['a']).length);
  });

  it('is charged by the rows that are read from it, whatever its cells and line ends', () => {
    const cell = fc.constantFrom('', '""', 'x', 'y"z', '"a,b"', '"\r"', '"\n\r\n"', '"""\n"');
    const line = fc.tuple(fc.array(cell, { minLength: 2, maxLength: 2 }), fc.constantFrom('\r', '\n', '\r\n', '\n\n'));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (records) => {
        const body = `a,b\r${records.map(([cells, end]) => cells.join(',') + end).join('')}`;
        expect(sent(body, ['a', 'b'])).toHaveLength(records.length);
        expect(finished(countRows('csv', Buffer.from(body)))).toBe(records.length);
      }),
      { numRuns: seeds(300) },
    );
  });

  it.each([
    ['a,b\r\n1,"x\r\n2,y', 'line 2, column 3'],
    ['a,b\r1,é"\r"é"x,2', 'line 3, column 4'],
    [`${BYTE_ORDER_MARK}"a"b`, 'line 1, column 4'],
  ])('that cannot be read is refused with line and column (%#)', (body, place) => {
    const refused = expect.objectContaining({ code: 'malformed_request', detail: expect.stringContaining(place) });
    expect(() => sent(body, ['a', 'b'])).toThrow(refused);
  });

  it('tells the line on which each row begins', () => {
    const found: [string, number][] = [];
    const body = Buffer.from('a,b\r1,"2\r2"\r\r3\n4,4');
    finished(readSentRows(body, 'csv', [], {}, ({ pointer, line }) => found.push([pointer, line])));
    expect(found).toEqual([
      ['/0', 2],
      ['/1', 5],
      ['/2', 6],
    ]);
  });
});

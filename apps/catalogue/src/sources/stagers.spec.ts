import { type RecordFault, Unreadable } from '@sluice/records/unreadable';
import fc from 'fast-check';
import { seeds } from '../../../../test/measure/seeds';
import { CsvStager } from './csv-stager';
import { JsonStager } from './json-stager';
import type { Stager } from './stager';

const unescaped = (cell: string) =>
  cell
    .split('\x1e')
    .map((part, index) => (index === 0 ? part : ['', '\x1e', '\x1f', '\n', '\r'][Number(part[0])] + part.slice(1)))
    .join('');

/** Stages a text that comes in chunks of `size` bytes, and reads the staged rows back. */
function stage(stager: Stager, text: string, size = 7) {
  const { records } = stager;
  const bytes = Buffer.from(text);
  const taken: Buffer[] = [];
  const take = () => {
    taken.push(Buffer.from(records.wholeRows));
    records.dropWholeRows();
  };
  for (let at = 0; at < bytes.length; at += size) {
    stager.push(bytes.subarray(at, at + size));
    take();
  }
  stager.end();
  take();
  const staged = Buffer.concat(taken).toString().split('\n').slice(0, -1);
  const cells = staged.map((line) => line.split('\x1f'));
  return {
    labels: stager.labels,
    lines: cells.map(([line]) => Number(line)),
    rows: cells.map((row) => row.slice(2).map((cell) => (cell === '' ? null : unescaped(cell)))),
  };
}

function faults(stager: Stager, text: string): readonly RecordFault[] {
  try {
    stage(stager, text);
  } catch (error) {
    if (error instanceof Unreadable) return error.faults;
    throw error;
  }
  throw new Error('the text was accepted');
}

const csv = (text: string, options: { delimiter?: string; header?: boolean; size?: number } = {}) =>
  stage(
    new CsvStager({ delimiter: options.delimiter ?? ',', header: options.header ?? true, skip: 0 }, 'refuse'),
    text,
    options.size,
  );

describe('CSV', () => {
  it('tells null from empty text and keeps quotes, line ends and blanks inside fields', () => {
    const { labels, rows } = csv('a,b\n,""\n"x\r\ny ""z""", s \n');
    expect(labels).toEqual(['a', 'b']);
    expect(rows).toEqual([
      [null, ''],
      ['x\r\ny "z"', ' s '],
    ]);
  });

  it('loses no row of a file that mixes line ends, and numbers lines as an editor does', () => {
    const { rows, lines } = csv('a,b\r\n1,2\n"3\n3",4\r5,6\r\n\r\n7,8');
    expect(rows).toEqual([
      ['1', '2'],
      ['3\n3', '4'],
      ['5', '6'],
      ['7', '8'],
    ]);
    expect(lines).toEqual([2, 3, 5, 7]);
  });

  it('reads the nulls of a single column from its blank lines, but not from those at the end', () => {
    expect(csv('a\n1\n\n\n2\n""\n\n\n').rows).toEqual([['1'], [null], [null], ['2'], ['']]);
  });

  it('names columns by their number where there is no header', () => {
    expect(csv('1,2\n3,4\n', { header: false })).toMatchObject({
      labels: ['column_1', 'column_2'],
      rows: [
        ['1', '2'],
        ['3', '4'],
      ],
    });
  });

  it('accepts a header without rows', () => {
    expect(csv('a,b')).toMatchObject({ labels: ['a', 'b'], rows: [] });
  });

  it('tells every row with a wrong number of fields with its line and place', () => {
    const found = faults(new CsvStager({ delimiter: ',', header: true, skip: 0 }, 'refuse'), 'a,b\n1\n1,2\n1,2,3\n');
    expect(found).toMatchObject([
      { line: 2, lineStart: 4, offset: 5, code: 'wrong_field_count' },
      { line: 4, lineStart: 10, offset: 14, code: 'wrong_field_count' },
    ]);
  });

  it('tells where a quote was opened that is never closed, and where text follows a closing quote', () => {
    const stager = () => new CsvStager({ delimiter: ',', header: true, skip: 0 }, 'refuse');
    expect(faults(stager(), 'a,b\n1,"2\n3,4\n')).toMatchObject([
      { line: 2, lineStart: 4, offset: 6, code: 'open_quote' },
    ]);
    expect(faults(stager(), 'a,b\n1,"2"x\n')).toMatchObject([
      { line: 2, lineStart: 4, offset: 9, code: 'text_after_quote' },
    ]);
  });

  it('reads back whatever was written by the rules, in chunks of any size', () => {
    const cell = fc.oneof(
      fc.constant(null),
      fc.string({ unit: fc.constantFrom('a', 'é', ',', '"', '\n', '\r', '\x1e', '\x1f', ' ', '0'), maxLength: 6 }),
    );
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      );
    const write = (value: string | null) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`);
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n', '\r'), fc.integer({ min: 1, max: 9 }), (rows, end, size) => {
        const width = rows[0]?.length ?? 0;
        fc.pre(width > 1 || rows.at(-1)?.[0] !== null);
        const header = Array.from({ length: width }, (_, index) => `c${index}`).join(',');
        const text = [header, ...rows.map((row) => row.map(write).join(','))].join(end) + end;
        expect(csv(text, { size }).rows).toEqual(rows);
      }),
      { numRuns: seeds(300) },
    );
  });
});

describe('JSON', () => {
  const array = (text: string, size?: number) => stage(new JsonStager(false), text, size);
  const padded = (rows: (string | null)[][], width: number) =>
    rows.map((row) => [...row, ...Array<null>(width - row.length).fill(null)]);

  it('finds the columns in the order of their first appearance and every digit of a number', () => {
    const { labels, rows } = array(
      '[{"a":1.10000000000000000001,"b":"x"},\n{"c":[1, {"d": -0.0}],"a":12345678901234567890}]',
    );
    expect(labels).toEqual(['a', 'b', 'c']);
    expect(rows).toEqual([
      ['1.10000000000000000001', '"x"'],
      ['12345678901234567890', null, '[1,{"d":-0.0}]'],
    ]);
  });

  it('takes null for a missing key, the last of two equal keys, and keys with and without escapes for one', () => {
    const { labels, rows } = array('[{"a":null,"b":1,"b":2},{"\\u0061":3}]');
    expect(labels).toEqual(['a', 'b']);
    expect(rows).toEqual([[null, '2'], ['3']]);
  });

  it('knows the line of every row', () => {
    expect(array('[\n{"a":\n1},{"a":2}\n,\n\n{"a":3}]').lines).toEqual([2, 3, 6]);
    expect(stage(new JsonStager(true), '{"a":1}\r\n\n{"a":2}\n').lines).toEqual([1, 3]);
  });

  it('reads NaN and Infinity at the top and makes them null further down', () => {
    const stager = new JsonStager(false);
    expect(stage(stager, '[{"a":NaN,"b":[-Infinity,NaN,{"c":Infinity}]}]').rows).toEqual([
      ['NaN', '[null,null,{"c":null}]'],
    ]);
    expect(stager.warnings).toMatchObject([{ code: 'not_finite', count: 3 }]);
  });

  it('mends half surrogates', () => {
    const stager = new JsonStager(false);
    expect(stage(stager, '[{"a":"x\\ud800y","b":"\\ud83d\\ude00"}]').rows).toEqual([
      ['"x\ufffdy"', '"\\ud83d\\ude00"'],
    ]);
    expect(stager.warnings).toHaveLength(1);
  });

  it.each([
    ['[{"a":1}', 'malformed_json', 8],
    ['[{"a":01}]', 'malformed_json', 7],
    ['[{"a":1.}]', 'malformed_json', 8],
    ['[{"a":tru}]', 'malformed_json', 6],
    ['[{"a":"\\x"}]', 'malformed_json', 8],
    ['[{"a":1},]', 'not_an_object', 9],
    ['[{"a":1}] x', 'malformed_json', 10],
    ['{"a":1}', 'not_an_array', 0],
    ['[1]', 'not_an_object', 1],
    ['[]', 'no_columns', 2],
    [`[{"a":${'['.repeat(300)}`, 'too_deep', 205],
  ])('refuses %j', (text, code, offset) => {
    expect(faults(new JsonStager(false), text)).toMatchObject([{ code, offset }]);
  });

  it('tells the line of a fault deep in the file', () => {
    const text = `[\n${'{"a":1},\n'.repeat(50)}{"a" 1}]`;
    expect(faults(new JsonStager(false), text)).toMatchObject([{ line: 52, lineStart: 452, offset: 457 }]);
  });

  it('reads back whatever JSON writes, in chunks of any size', () => {
    const row = fc.dictionary(fc.constantFrom('a', 'b"', 'c\\', 'é'), fc.jsonValue(), { minKeys: 1 });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1 }),
        fc.constantFrom(0, 2),
        fc.integer({ min: 1, max: 9 }),
        (rows, indent, size) => {
          const stager = new JsonStager(false);
          const staged = stage(stager, JSON.stringify(rows, null, indent), size).rows;
          const cells = rows.map((object) =>
            stager.labels.map((label) => {
              const value = object[label];
              return value === undefined || value === null ? null : JSON.stringify(value);
            }),
          );
          expect(padded(staged, stager.labels.length)).toEqual(cells);
        },
      ),
      { numRuns: seeds(60) },
    );
  });
});

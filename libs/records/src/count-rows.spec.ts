import { costOf } from '../../../test/measure/cost-of';
import { finished } from '../../../test/measure/finished';
import { countRows } from './count-rows';

const count = (format: 'json' | 'ndjson' | 'csv', text: string) => finished(countRows(format, Buffer.from(text)));

describe('the rows that a body is counted for', () => {
  it.each([
    ['{"a": 1}', 1],
    ['[]', 0],
    ['[{"a": 1}, {"a": {"b": [{}, {}]}}]', 2],
    ['[{"a": "}{\\"{"}, {"a": "\\\\"}]', 2],
    ['\ufeff[{"a": 1}]', 1],
  ])('are the objects of JSON: %j', (text, rows) => {
    expect(count('json', text)).toBe(rows);
  });

  it.each([
    ['{"a": 1}\n{"a": 2}\n', 2],
    ['{"a": 1}\r\n\r\n{"a": {"b": {}}} {"a": 3}', 3],
    ['', 0],
  ])('are the objects of NDJSON: %j', (text, rows) => {
    expect(count('ndjson', text)).toBe(rows);
  });

  it.each([
    ['a,b\n1,2\n3,4\n', 2],
    ['a,b\r\n1,2\r\n\r\n3,4', 2],
    ['a,b\r1,2\r3,4\r', 2],
    ['a,b\r\n1,2\n3,4\r5,6\n', 3],
    ['a\n"x\ny"\n"""\n"\n', 2],
    ['a,b\n1\n1,2,3\n', 2],
    ['a\n1\n\n2\n\n', 3],
    ['\ufeffa\n1\n', 1],
    ['a\n', 0],
    ['', 0],
  ])('are the records of CSV behind the first one: %j', (text, rows) => {
    expect(count('csv', text)).toBe(rows);
  });

  it.each([
    ['json', '[{"a": 1}, {"a": "never closed'],
    ['ndjson', '{"a": 1}\n[]'],
    ['csv', 'a\n1\n"never closed'],
  ] as const)('are those before the first fault of a body that cannot be read: %s', (format, text) => {
    expect(count(format, text)).toBe(1);
  });

  it.each([
    ['json', 'one value', (count: number) => `[{"a": "${'x'.repeat(count)}"}]`],
    ['json', 'a value that is never closed', (count: number) => `[{"a": "${'x'.repeat(count)}`],
    ['csv', 'one cell', (count: number) => `a,b\n"${'\n'.repeat(count)}",1\n`],
    ['csv', 'blank lines', (count: number) => `a,b\n${'\n'.repeat(count)}1,1\n`],
    ['csv', 'columns', (count: number) => `${','.repeat(count)}\n1,1\n`],
  ] as const)('are found in time that grows with the bytes: %s, %s', (format, _of, body) => {
    const [all, eighth] = [4_000_000, 500_000].map((bytes) => Buffer.from(body(bytes)));
    const cost = (bytes = Buffer.of()) => costOf(() => finished(countRows(format, bytes)));
    // Four times what eight times the bytes should take; reading a record again and again would take much more.
    expect(cost(all)).toBeLessThan(32 * Math.max(cost(eighth), 5));
  });
});

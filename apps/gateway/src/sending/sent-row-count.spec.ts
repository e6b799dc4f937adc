import { sentRowCount } from './sent-row-count';

const count = (format: 'json' | 'ndjson' | 'csv', text: string) => sentRowCount({ format, bytes: Buffer.from(text) });

describe('the rows that a token is charged for a body', () => {
  it.each([
    ['{"a": 1}', 1],
    ['[]', 0],
    ['[{"a": 1}, {"a": {"b": [{}, {}]}}]', 2],
    ['[{"a": "}{\\"{"}, {"a": "\\\\"}]', 2],
    ['{"a": 1}\n{"a": 2}\n', 2],
    ['{"a": "never closed', 1],
  ])('are the objects of JSON: %j', (text, rows) => {
    expect(count('json', text)).toBe(rows);
  });

  it.each([
    ['a,b\n1,2\n3,4\n', 2],
    ['a,b\r\n1,2\r\n\r\n3,4', 2],
    ['a\n"x\ny"\n"""\n"\n', 2],
    ['a\n', 0],
    ['', 0],
  ])('are the records of CSV without its first line: %j', (text, rows) => {
    expect(count('csv', text)).toBe(rows);
  });
});

import type { FieldRule, SentCsvForm } from '@sluice/contracts/send-rules';
import { countRows } from '@sluice/records/count-rows';
import { finished } from '../../../../test/measure/finished';
import { check, fields, places, refusalOf } from './checked-rows-of-a-test';

describe('sent rows', () => {
  it('become canonical texts in the order of the fields, whatever their own', () => {
    const row = `{"extra": {"a": [1, 2.50]}, "clock": "07:05", "at": "2026-01-31T13:00:00+02:00", "day": "2026-01-31",
      "live": true, "ratio": 1.50e1, "price": 12.5, "name": "Zoë \\"x\\"", "id": 9007199254740993}`;
    expect(check(row).rows).toEqual([
      [
        '9007199254740993',
        'Zoë "x"',
        '12.5',
        '15',
        'true',
        '2026-01-31',
        '2026-01-31T11:00:00Z',
        '07:05:00',
        '{"a":[1,2.50]}',
      ],
    ]);
  });

  it('are the same from JSON, NDJSON and CSV', () => {
    const json = check('[{"id": 1, "name": "a", "price": 0.10}, {"id": 2, "name": "", "price": null}]');
    const ndjson = check('{"id": 1, "name": "a", "price": 0.10}\n\n{"id": 2, "name": "", "price": null}\n', {
      format: 'ndjson',
    });
    const csv = check('id,NAME,price\r\n1,a,0.10\r\n2,"",\r\n', { format: 'csv' });
    expect(ndjson.rows).toEqual(json.rows);
    expect(csv.rows).toEqual(json.rows);
    expect(json.rows.map((row) => row.slice(0, 3))).toEqual([
      ['1', 'a', '0.1'],
      ['2', '', null],
    ]);
  });

  it('keep every digit of a decimal and refuse one that the field would round', () => {
    expect(check('{"price": "123456789012345678901234567890123456.78"}').rows[0]?.[2]).toBe(
      '123456789012345678901234567890123456.78',
    );
    expect(places('[{"price": 0.125}, {"price": 1e37}]')).toEqual(['/0/price invalid_value', '/1/price invalid_value']);
  });

  it.each([
    ['{"id": "12"}', '12'],
    ['{"id": -0}', '0'],
    ['{"id": 1.5}', null],
    ['{"id": 1e3}', null],
    ['{"id": 9223372036854775808}', null],
    ['{"id": true}', null],
    ['{"id": ""}', null],
    ['{"id": [1]}', null],
  ])('an integer is a whole number of 64 bits, as number or text: %s', (body, value) => {
    if (value === null) expect(places(body)).toEqual(['/id invalid_value']);
    else expect(check(body).rows[0]?.[0]).toBe(value);
  });

  it('take no number for a text: what was meant to be "007" must not arrive as 7', () => {
    expect(places('{"name": 7}')).toEqual(['/name invalid_value']);
  });

  it('tell every fault at its place, and nothing of a refused request is kept', () => {
    const body = '[{"id": 1},\n {"id": "x", "day": "2026-02-30"},\n {"nmae": "y"}]';
    const { code, faults } = refusalOf(body);
    expect(code).toBe('invalid_rows');
    expect(faults).toMatchObject([
      { in: 'body', pointer: '/1/id', line: 2, code: 'invalid_value' },
      { pointer: '/1/day', line: 2, code: 'invalid_value' },
      { pointer: '/2/nmae', line: 3, code: 'unknown_field', hint: 'did you mean name?' },
    ]);
  });

  it('are kept where they are valid when the caller is lenient, and the others are told', () => {
    const kept = check('[{"id": 1}, {"id": "x"}, {"id": 3}]', { lenient: true });
    expect(kept.rows.map(([id]) => id)).toEqual(['1', '3']);
    expect(kept).toMatchObject({ rejected: 1, faults: [{ pointer: '/1/id' }] });
    expect(refusalOf('[{"id": "x"}]', { lenient: true }).code).toBe('invalid_rows');
  });

  it('cut digits of a second that a field does not keep when the caller is lenient, and are refused else', () => {
    const body = '[{"at": "2026-01-31T10:00:00.123456789Z"}]';
    expect(refusalOf(body).faults).toMatchObject([
      { pointer: '/0/at', detail: expect.stringContaining('at most 6 digits') },
    ]);
    const cut = check(body, { lenient: true });
    expect(cut).toMatchObject({ rejected: 0, faults: [] });
    expect(cut.rows[0]).toContain('2026-01-31T10:00:00.123456Z');
    expect(check('[{"at": "2026-01-31T10:00:00.123456000Z"}]').rows[0]).toContain('2026-01-31T10:00:00.123456Z');
  });

  it('have dates from 0001-01-01 to 9999-12-31, in JSON as in CSV', () => {
    for (const day of ['0000-01-01', '-0044-03-15', '10000-01-01', '+10000-01-01']) {
      for (const [format, body] of [
        ['json', `[{"day": "${day}"}]`],
        ['csv', `day\n${day}\n`],
      ] as const) {
        expect(refusalOf(body, { format }).faults).toMatchObject([
          { detail: expect.stringContaining('from 0001-01-01 to 9999-12-31') },
        ]);
      }
    }
  });

  it.each(['True', 'TRUE', 'true'])('take %s of a CSV for true', (text) => {
    expect(check(`live\n${text}\n`, { format: 'csv' }).rows[0]).toContain('true');
  });

  it('are read by the form of CSV that the API says, and refused in any other', () => {
    const csv: SentCsvForm = {
      delimiter: ';',
      nulls: ['NA', '-'],
      decimal: ',',
      dateFormat: 'dd/MM/yyyy',
      datetimeFormat: 'd.M.yy H:mm',
    };
    const options = { format: 'csv' as const, rules: { csv } };
    const body = 'id;ratio;price;day;at;name\n-;1,5;2,25;18/10/2022;8.1.26 9:05;"a;b"\n2;NA;3;NA;NA;NA\n';
    const [first, second] = check(body, options).rows;
    const named = (row: (string | null)[] = []) =>
      Object.fromEntries(fields.map(({ name }, at) => [name, row[at] ?? null]));
    expect(named(first)).toMatchObject({
      id: null,
      ratio: '1.5',
      price: '2.25',
      day: '2022-10-18',
      at: '2026-01-08T09:05:00Z',
      name: 'a;b',
    });
    expect(named(second)).toMatchObject({ id: '2', ratio: null, price: '3', day: null, at: null, name: null });
    expect(places('ratio;day\n1.5;2022/18/10\n', options)).toEqual(['/0/ratio invalid_value', '/0/day invalid_value']);
    expect(places('ratio,day\n"1,5",18/10/2022\n', { format: 'csv' })).toEqual([
      '/0/ratio invalid_value',
      '/0/day invalid_value',
    ]);
    expect(finished(countRows('csv', Buffer.from('a;b\n1;"x\ny"\n'), { delimiter: ';' }))).toBe(1);
  });

  it('may have members that the API does not know, if it says so', () => {
    expect(check('{"id": 1, "other": 2}', { rules: { unknownFields: 'ignore' } }).rows[0]?.[0]).toBe('1');
  });

  it('cannot reach a field that the API does not expose, nor learn of it', () => {
    const { faults } = refusalOf('{"id": 1, "price": 2}', { exposed: ['id', 'name'] });
    expect(faults).toMatchObject([{ pointer: '/price', code: 'unknown_field', allowed: ['id', 'name'] }]);
  });

  it.each([
    ['{"id": 1', 'line 1, column 9'],
    ['[{"id": 1}\n {"id": 2}]', 'line 2, column 2'],
    ['[1]', 'line 1, column 2'],
    ['', 'line 1, column 1'],
    ['"text"', 'line 1, column 1'],
    ['{"id": 1} x', 'line 1, column 11'],
    ['{"extra": '.repeat(45_000), 'nested deeper'],
  ])('a body that is no JSON is refused with its place (%#)', (body, place) => {
    expect(refusalOf(body)).toMatchObject({ code: 'malformed_request', detail: expect.stringContaining(place) });
  });

  it('a CSV that breaks its quoting, its columns or its encoding is refused with the line', () => {
    expect(refusalOf('id,name\n1,"a\n', { format: 'csv' })).toMatchObject({ code: 'malformed_request' });
    expect(refusalOf('id,id\n1,2\n', { format: 'csv' })).toMatchObject({ code: 'malformed_request' });
    expect(refusalOf(Buffer.from([0x69, 0x64, 0x0a, 0xff]), { format: 'csv' })).toMatchObject({
      code: 'malformed_request',
    });
    expect(places('id,name\n1,a\n2\n3,b,c\n', { format: 'csv' })).toEqual([
      '/1 wrong_field_count',
      '/2 wrong_field_count',
    ]);
  });

  it('the same member twice, half a character, NaN and no row at all are faults', () => {
    expect(places('[{"id": 1, "id": 2}]')).toEqual(['/0 duplicate']);
    expect(places('[{"name": "\\ud800"}]')).toEqual(['/0 invalid_value']);
    expect(places('[{"extra": [NaN]}]')).toEqual(['/0 invalid_value']);
    expect(places('[{"ratio": NaN}]')).toEqual(['/0/ratio invalid_value']);
    expect(places('[]')).toEqual(['undefined no_rows']);
    expect(places('[{"name": "a\\u0000b"}]')).toEqual(['/0/name invalid_value']);
  });

  it('more rows than the API takes are refused as too large', () => {
    const rows = Array.from({ length: 4 }, () => '{"id":1}');
    expect(refusalOf(`[${rows}]`, { rules: { maxRows: 3 } }).code).toBe('payload_too_large');
    expect(refusalOf(`id\n${'1\n'.repeat(4)}`, { format: 'csv', rules: { maxRows: 3 } }).code).toBe(
      'payload_too_large',
    );
    expect(check(`[${rows.slice(1)}]`, { rules: { maxRows: 3 } }).rows).toHaveLength(3);
  });

  it('at most 100 faults are told, however many there are', () => {
    const bad = JSON.stringify(Array.from({ length: 5_000 }, () => ({ id: 'x', nope: 1 })));
    expect(refusalOf(bad).faults).toHaveLength(100);
    const kept = check(`[{"id": 1}, ${bad.slice(1)}`, { lenient: true });
    expect(kept.faults).toHaveLength(100);
    expect(kept.rejected).toBe(5_000);
    const members = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`m${i}`, i]));
    expect(places(JSON.stringify(members))).toEqual([' too_many_members']);
  });
});

describe('the rules of an API', () => {
  const rules = (of: Record<string, FieldRule>) => ({ rules: { fields: of } });

  it('a required field has to be there and not null; a default is for rows that do not have the field', () => {
    expect(places('[{}, {"id": null}]', rules({ id: { required: true } }))).toEqual([
      '/0/id required',
      '/1/id required',
    ]);
    const kept = check('[{}, {"id": null}, {"id": 2}]', rules({ id: { default: 7 } }));
    expect(kept.rows.map(([id]) => id)).toEqual(['7', null, '2']);
  });

  it('bounds hold exactly, in every type that has an order', () => {
    const of = { min: 5, max: '9007199254740993' };
    const sent = '[{"id": 4}, {"id": 9007199254740993}, {"id": 9007199254740994}]';
    expect(places(sent, rules({ id: of }))).toEqual(['/0/id too_small', '/2/id too_large']);
    expect(places('[{"price": 0.1}, {"price": 0.09}]', rules({ price: { min: '0.1' } }))).toEqual([
      '/1/price too_small',
    ]);
    const day = { min: '2026-01-01', max: '2026-12-31' };
    expect(places('[{"day": "2025-12-31"}, {"day": "2026-12-31"}]', rules({ day }))).toEqual(['/0/day too_small']);
    const at = { max: '2026-01-01T00:00:00Z' };
    expect(places('[{"at": "2026-01-01T00:00:00.5Z"}, {"at": "2026-01-01T00:00:00Z"}]', rules({ at }))).toEqual([
      '/0/at too_large',
    ]);
  });

  it('a text has a length in characters, a pattern for the whole of it, and a list of choices', () => {
    expect(places('[{"name": "😀😀"}, {"name": "😀😀😀"}]', rules({ name: { max: 2 } }))).toEqual(['/1/name too_long']);
    expect(places('[{"name": "AB-1"}, {"name": "xAB-1"}]', rules({ name: { pattern: '[A-Z]{2}-\\d' } }))).toEqual([
      '/1/name pattern_mismatch',
    ]);
    expect(places('[{"id": 1}, {"id": 3}]', rules({ id: { oneOf: [1, '2'] } }))).toEqual(['/1/id not_one_of']);
  });

  it('a pattern that would run for ever elsewhere ends in linear time', () => {
    const body = JSON.stringify({ name: `${'a'.repeat(50_000)}!` });
    expect(places(body, rules({ name: { pattern: '(a+)+$' } }))).toEqual(['/name pattern_mismatch']);
  });
});

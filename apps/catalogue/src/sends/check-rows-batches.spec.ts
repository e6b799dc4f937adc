import fc from 'fast-check';

import { costOf } from '../../../../test/measure/cost-of';
import { seeds } from '../../../../test/measure/seeds';
import { check, fields, refusalOf } from './checked-rows-of-a-test';

describe('1,000 batches of valid and invalid rows', () => {
  /** One cell as it is sent, and what an independent reading of the documentation makes of it. */
  const cell = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => ({ name: 'id', json: `${n}`, value: `${n}` })),
    fc
      .constantFrom('1.5', '"a"', 'true', '{}', '9223372036854775808')
      .map((json) => ({ name: 'id', json, value: undefined })),
    fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => {
      return { name: 'name', json: JSON.stringify(text), value: text.includes('\0') ? undefined : text };
    }),
    fc.constantFrom('1', 'false', '[]').map((json) => ({ name: 'name', json, value: undefined })),
    fc.integer({ min: -99_999, max: 99_999 }).map((cents) => {
      return { name: 'price', json: (cents / 100).toFixed(2), value: String(cents / 100) };
    }),
    fc.constantFrom('0.001', '"12,5"', 'true').map((json) => ({ name: 'price', json, value: undefined })),
    fc.boolean().map((value) => ({ name: 'live', json: String(value), value: String(value) })),
    fc.constantFrom('0', '"yes"').map((json) => ({ name: 'live', json, value: undefined })),
    fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map((date) => {
      const text = date.toISOString().slice(0, 10);
      return { name: 'day', json: JSON.stringify(text), value: text };
    }),
    fc.constantFrom('"2026-02-29"', '"31.1.2026"', '20260131').map((json) => ({ name: 'day', json, value: undefined })),
    fc.constantFrom('id', 'name', 'extra').map((name) => ({ name, json: 'null', value: null })),
    fc
      .jsonValue({ maxDepth: 3 })
      .filter((value) => value !== null)
      .map((value) => {
        return { name: 'extra', json: JSON.stringify(value), value: JSON.stringify(value) };
      }),
  );
  const row = fc.uniqueArray(cell, { selector: ({ name }) => name, maxLength: 6 });

  it('are judged as an independent validator does, row by row and all together', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (batch) => {
        const body = `[${batch.map((cells) => `{${cells.map(({ name, json }) => `"${name}":${json}`)}}`)}]`;
        const valid = batch.filter((cells) => cells.every(({ value }) => value !== undefined));
        const expected = valid.map((cells) =>
          fields.map(({ name }) => cells.find((each) => each.name === name)?.value ?? null),
        );
        const wrong = batch.flatMap((cells, at) =>
          cells.filter(({ value }) => value === undefined).map(({ name }) => `/${at}/${name}`),
        );
        if (wrong.length > 0)
          expect(
            refusalOf(body)
              .faults.map(({ pointer }) => pointer)
              .sort(),
          ).toEqual(wrong.sort());
        else expect(check(body).rows).toEqual(expected);
        if (valid.length > 0) expect(check(body, { lenient: true }).rows).toEqual(expected);
      }),
      { numRuns: seeds(1_000) },
    );
  });

  it('on one line of many megabytes take no longer than on lines of their own', () => {
    const rows = Array.from({ length: 10_000 }, (_, id) => `{"id":${id},"name":"${'x'.repeat(600)}"}`);
    const cost = (between: string) => {
      const body = `[${rows.join(between)}]`;
      return costOf(() => expect(check(body).rows).toHaveLength(rows.length));
    };
    expect(cost(',')).toBeLessThan(4 * cost(',\n'));
  });
});

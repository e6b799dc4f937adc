import fc from 'fast-check';

export type Cell = string | number | null;

/** A table whose columns hold texts, or numbers; any cell but the first of a column may be null. */
export interface Table {
  labels: string[];
  rows: Cell[][];
}

// The names are words in small letters, so that fields have them as they are.
const label = fc.stringMatching(/^[a-z]{2,8}$/);

/** A first cell that is nothing else than a text: "12" would be a number, whatever wrote it. */
const word = fc.constantFrom('some words', 'Straße', 'a "quoted" word', "it's", 'one\ntwo', 'x, y; z', 'path\\to');
const integer = fc.integer();
const fraction = fc.integer({ min: -1e9, max: 1e9 }).map((cents) => cents / 100);

/** Tables of any texts that are written with these characters; a row is never null as a whole. */
export function tables(characters: readonly string[], most = 12): fc.Arbitrary<Table> {
  const text = fc.oneof(
    { weight: 3, arbitrary: fc.array(fc.constantFrom(...characters), { maxLength: 12 }).map((each) => each.join('')) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('café', 'NA', '-', '12', '5" pipe', '2024-01-31', 'true', '1,5', '"', '""', '\\N'),
    },
  );
  const column = fc.oneof(
    { weight: 2, arbitrary: fc.constant({ first: word as fc.Arbitrary<Cell>, rest: text as fc.Arbitrary<Cell> }) },
    {
      weight: 1,
      arbitrary: fc.constant({ first: integer as fc.Arbitrary<Cell>, rest: integer as fc.Arbitrary<Cell> }),
    },
    {
      weight: 1,
      arbitrary: fc.constant({ first: fraction as fc.Arbitrary<Cell>, rest: fraction as fc.Arbitrary<Cell> }),
    },
  );
  return fc.uniqueArray(label, { minLength: 2, maxLength: 5 }).chain((labels) => {
    const columns = fc.array(column, { minLength: labels.length, maxLength: labels.length });
    return columns.chain((of) => {
      const first = fc.tuple(...of.map((each) => each.first));
      const row = fc
        .tuple(...of.map((each) => fc.option(each.rest, { freq: 4 })))
        .filter((cells) => cells.some((cell) => cell !== null));
      return fc
        .tuple(first, fc.array(row, { minLength: 3, maxLength: most }))
        .map(([begin, rest]): Table => ({ labels, rows: [begin, ...rest] }));
    });
  });
}

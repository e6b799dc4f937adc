import { randomsOf } from './seeded';

export const TABLE_ROWS = 200_000;
export const CITIES = 500;
/** Amounts are below this, with two decimals. */
export const AMOUNTS = 5_000;
const SEED = 14;

const LINES_OF_CHUNK = 10_000;

/** Rows of 10 columns of every common kind, drawn from a seed: the same each time. The id of a row is its position. */
export function tableCsv(rows = TABLE_ROWS): string {
  return tableBytes(rows).toString();
}

/** The same as bytes: of ten million rows no text can hold. */
export function tableBytes(rows: number): Buffer {
  const random = randomsOf(SEED);
  const chunks = [Buffer.from('id,name,region,amount,qty,active,day,at,city,note\n')];
  for (let first = 0; first < rows; first += LINES_OF_CHUNK) {
    const count = Math.min(LINES_OF_CHUNK, rows - first);
    const lines = Array.from({ length: count }, (_, index) => `${lineOf(first + index, rows, random)}\n`);
    chunks.push(Buffer.from(lines.join('')));
  }
  return Buffer.concat(chunks);
}

function lineOf(id: number, rows: number, random: () => number): string {
  const below = (end: number) => Math.floor(random() * end);
  const day = new Date(Date.UTC(2020, 0, 1 + below(2_000))).toISOString();
  return [
    id,
    `customer ${below(rows)}`,
    ['EU', 'US', 'APAC', 'LATAM'][below(4)],
    (below(AMOUNTS * 100) / 100).toFixed(2),
    below(1_000),
    below(3) === 0,
    day.slice(0, 10),
    day,
    `city ${below(CITIES)}`,
    id % 10 === 0 ? '' : `note of row ${id}`,
  ].join(',');
}

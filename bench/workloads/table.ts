import { randomsOf } from './seeded';

export const TABLE_ROWS = 200_000;
export const CITIES = 500;
/** Amounts are below this, with two decimals. */
export const AMOUNTS = 5_000;
const SEED = 14;

/** Rows of 10 columns of every common kind, drawn from a seed: the same each time. The id of a row is its position. */
export function tableCsv(rows = TABLE_ROWS): string {
  const random = randomsOf(SEED);
  const below = (end: number) => Math.floor(random() * end);
  const lines = ['id,name,region,amount,qty,active,day,at,city,note'];
  for (let id = 0; id < rows; id++) {
    const day = new Date(Date.UTC(2020, 0, 1 + below(2_000))).toISOString();
    lines.push(
      [
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
      ].join(','),
    );
  }
  return `${lines.join('\n')}\n`;
}

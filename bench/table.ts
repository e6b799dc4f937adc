export const TABLE_ROWS = 200_000;

/** 200,000 rows of 10 columns of every common kind; the same each time. */
export function tableCsv(): string {
  const lines = ['id,name,region,amount,score,active,day,at,city,note'];
  for (let id = 0; id < TABLE_ROWS; id++) {
    const day = new Date(Date.UTC(2020, 0, 1 + (id % 2_000))).toISOString();
    const cents = String((id * 37) % 100).padStart(2, '0');
    lines.push(
      [
        id,
        `customer ${(id * 7_919) % TABLE_ROWS}`,
        ['EU', 'US', 'APAC', 'LATAM'][id % 4],
        `${(id * 31) % 5_000}.${cents}`,
        ((id * 17) % 1_000) / 8,
        id % 3 === 0,
        day.slice(0, 10),
        day,
        `city ${id % 500}`,
        id % 10 === 0 ? '' : `note of row ${id}`,
      ].join(','),
    );
  }
  return `${lines.join('\n')}\n`;
}

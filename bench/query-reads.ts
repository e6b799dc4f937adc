import { read } from '../test/support/publisher';
import { BareDuckDb } from './duckdb';
import { mediansMs } from './load';
import { report } from './report';
import type { Subject } from './subject';

const TIMES = 60;
/** A service that has just started runs code that is not compiled yet: DuckDB's is from the beginning. */
const WARM_UP = 200;

/** Queries that no cache can answer, one at a time, against DuckDB alone that makes the same JSON of the same rows. */
export async function measureQueries({ stack, table }: Subject): Promise<void> {
  const duckdb = await BareDuckDb.open();
  try {
    const workloads = [
      {
        name: 'filter + sort, 20 rows',
        query: (turn: number) => `region=EU&amount__gte=${1_000 + turn}&_sort=-amount,name&_limit=20`,
        sql: (turn: number) => `SELECT to_json(page) FROM (
          SELECT * FROM rows WHERE region = 'EU' AND amount >= ${1_000 + turn} ORDER BY amount DESC, name LIMIT 20) page`,
      },
      grouped('group-by of all rows', 'sum(id)'),
      // Ours adds numbers with fractions so that equal queries give equal bytes, which DuckDB's sum does not.
      grouped('group-by of all rows, sum of fractions', 'sum(amount)'),
    ];
    for (const { name, query, sql } of workloads) {
      let turn = 0;
      const ask = async () => {
        const { status, text } = await read(stack.url, `${table.path}?${query(turn)}`, table.secret);
        if (status !== 200) throw new Error(`${status}: ${text}`);
      };
      const [ours, bare] = await mediansMs(ask, () => duckdb.run(sql(turn++)), TIMES, WARM_UP);
      const figures = `${ours.toFixed(1)} ms against ${bare.toFixed(1)} ms of DuckDB alone`;
      report(name, figures, ours / bare, 1.25, stack);
    }
  } finally {
    duckdb.close();
  }
}

function grouped(name: string, total: string) {
  return {
    name,
    query: (turn: number) => `_group=region,month(day)&_agg=count:n,${total}:total&_sort=-total&_limit=${100 + turn}`,
    sql: (turn: number) => `SELECT to_json(page) FROM (
      SELECT region, date_trunc('month', day) AS month, count(*) AS n, ${total} AS total
      FROM rows GROUP BY ALL ORDER BY total DESC LIMIT ${100 + turn}) page`,
  };
}

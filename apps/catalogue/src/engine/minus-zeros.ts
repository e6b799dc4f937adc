import type { Engine, QueryLimits } from './engine';

/**
 * Tells whether any of these doubles is a minus zero, which dictionaries and run lengths of DuckDB take for the zero that
 * came first.
 */
export async function hasMinusZeros(
  engine: Engine,
  relation: string,
  doubles: readonly string[],
  limits: QueryLimits = {},
): Promise<boolean> {
  if (doubles.length === 0) return false;
  const tests = doubles.map((sql) => `bool_or(signbit(${sql}) AND ${sql} = 0)`);
  const [row = []] = await engine.query(`SELECT ${tests.join(', ')} FROM ${relation}`, [], limits);
  return row.includes(true);
}

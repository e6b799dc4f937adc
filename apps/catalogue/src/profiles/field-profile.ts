import type { Bucket, FieldProfile, TopValue } from '@sluice/contracts/catalogue/profiles';
import type { Field } from '@sluice/contracts/fields';
import type { Cells, Engine } from '../engine/engine';
import type { VersionTable } from '../tables/version-table';
import { MAX_EXACT_ROWS } from '../typing/field-statistics';
import { barsBetween, type Ends, histogramSql, topSql, totalsSql } from './profile-sql';

/** Looks at all values of one field, in two scans of its column. Throws QueryTimeout after `timeoutMs`. */
export async function profileField(
  reads: Engine,
  table: VersionTable,
  field: Field,
  timeoutMs: number,
): Promise<FieldProfile> {
  const deadlineMs = performance.now() + timeoutMs;
  const run = (sql: string) => {
    const leftMs = Math.max(1, deadlineMs - performance.now());
    return reads.query(sql, [], { timeoutMs: leftMs, lane: 'scan', of: table.id });
  };
  const isExact = table.rowCount <= MAX_EXACT_ROWS;
  const [[present, distinct, min, max, first, last] = []] = await run(totalsSql(table, field, isExact));
  const values = Number(present ?? 0);
  const histogram = async (ends: Ends | null) =>
    ends ? bucketsOf(await run(histogramSql(table, field, ends)), barsBetween(ends)) : [];
  const hasTop = field.type === 'text' || field.type === 'boolean';
  return {
    name: field.name,
    nulls: table.rowCount - values,
    // The estimate may exceed what is possible.
    distinct: typeof distinct === 'bigint' ? Math.min(Number(distinct), values) : null,
    isEstimate: field.type !== 'json' && !isExact,
    min: textOf(min),
    max: textOf(max),
    buckets: hasTop || field.type === 'json' ? null : await histogram(endsOf([min, max, first, last])),
    top: hasTop ? (await run(topSql(table, field))).map(topValueOf) : null,
  };
}

function topValueOf([value, isCut, count]: Cells): TopValue {
  return { value: String(value), isCut: isCut === true, count: Number(count) };
}

/** Reads the ends of the values; null where there are none. */
function endsOf([min, max, first, last]: readonly unknown[]): Ends | null {
  if (typeof min !== 'string' || typeof max !== 'string') return null;
  return { min, max, first: typeof first === 'bigint' ? first : null, last: typeof last === 'bigint' ? last : null };
}

/** Puts the bars that have rows into their places among the empty ones. */
function bucketsOf(found: readonly Cells[], bars: number): Bucket[] {
  const buckets = Array.from({ length: bars }, (): Bucket => ({ from: null, to: null, count: 0 }));
  for (const [place, count, from, to] of found) {
    buckets[Number(place)] = { from: textOf(from), to: textOf(to), count: Number(count) };
  }
  return buckets;
}

function textOf(cell: unknown): string | null {
  return typeof cell === 'string' ? cell : null;
}

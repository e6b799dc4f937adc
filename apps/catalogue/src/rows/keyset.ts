import type { RowKey } from '@sluice/contracts/catalogue/rows';
import { ROW } from '../tables/version-table';
import type { Bindings } from './bindings';
import { boundValue } from './bound-value';
import type { Column } from './columns';
import { all, equals } from './filter-sql';

/** One key of the order of a page. */
export interface OrderKey extends Column {
  descending: boolean;
}

/** Nulls are the largest value: last ascending, first descending. */
export function orderBy(keys: readonly OrderKey[]): string[] {
  return keys.map(({ sql, descending }) => `${sql} ${descending ? 'DESC NULLS FIRST' : 'ASC NULLS LAST'}`);
}

/**
 * Matches the rows behind one of the table's rows in the order of the page: equal in the first keys and behind in the next
 * one, or equal in all and further down. Its values are compared where they are, with their type: none becomes a text.
 */
export function behindRow(keys: readonly OrderKey[], table: string, row: number): string {
  const cases: string[] = [];
  const equal: string[] = [];
  for (const { sql, descending } of keys) {
    const there = `(SELECT ${sql} FROM ${table} WHERE ${ROW} = ${row})`;
    const isBehind = descending
      ? `(${sql} < ${there} OR (${there} IS NULL AND ${sql} IS NOT NULL))`
      : `(${sql} > ${there} OR (${sql} IS NULL AND ${there} IS NOT NULL))`;
    cases.push(all([...equal, isBehind]));
    equal.push(`(${sql} IS NOT DISTINCT FROM ${there})`);
  }
  cases.push(all([...equal, `${ROW} > ${row}`]));
  return `(${cases.join(' OR ')})`;
}

/** Matches the groups behind one whose values are given as texts, which older cursors hold. */
export function behindValues(keys: readonly OrderKey[], values: RowKey['values'], bindings: Bindings): string {
  const cases: string[] = [];
  const equal: string[] = [];
  keys.forEach((key, index) => {
    const value = values[index] ?? null;
    cases.push(all([...equal, behindValue(key, value, bindings)]));
    // A value that no case asks for would be bound and not be there.
    if (index < keys.length - 1) equal.push(value === null ? `(${key.sql} IS NULL)` : equals(key, value, bindings));
  });
  return `(${cases.join(' OR ')})`;
}

function behindValue(key: OrderKey, value: string | null, bindings: Bindings): string {
  if (value === null) return key.descending ? `(${key.sql} IS NOT NULL)` : 'false';
  const bound = boundValue(key, value, () => bindings.add(value));
  if (bound === null) return 'false';
  return key.descending ? `(${key.sql} < ${bound})` : `(${key.sql} > ${bound} OR ${key.sql} IS NULL)`;
}

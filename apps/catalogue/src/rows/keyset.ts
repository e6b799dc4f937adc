import type { RowKey } from '@sluice/contracts/catalogue/rows';
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

/** Matches the rows behind a key in the order of the page: equal in the first values and behind in the next one. */
export function behind(keys: readonly OrderKey[], after: RowKey, tiebreak: string | null, bindings: Bindings): string {
  const cases: string[] = [];
  const equal: string[] = [];
  keys.forEach((key, index) => {
    const value = after.values[index] ?? null;
    cases.push(all([...equal, behindValue(key, value, bindings)]));
    // A value that no case asks for would be bound and not be there.
    if (index === keys.length - 1 && tiebreak === null) return;
    equal.push(value === null ? `(${key.sql} IS NULL)` : equals(key, value, bindings));
  });
  if (tiebreak !== null) cases.push(all([...equal, tiebreak]));
  return `(${cases.join(' OR ')})`;
}

function behindValue(key: OrderKey, value: string | null, bindings: Bindings): string {
  if (value === null) return key.descending ? `(${key.sql} IS NOT NULL)` : 'false';
  const bound = boundValue(key, value, () => bindings.add(value));
  if (bound === null) return 'false';
  return key.descending ? `(${key.sql} < ${bound})` : `(${key.sql} > ${bound} OR ${key.sql} IS NULL)`;
}

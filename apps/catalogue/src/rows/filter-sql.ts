import type { Search } from '@sluice/contracts/catalogue/rows';
import { type Filter, type FilterLeaf, type FilterOperator, isLeaf } from '@sluice/contracts/filter';
import { decimalFloor } from '../engine/decimal-floor';
import { quoted } from '../engine/sql';
import type { Bindings } from './bindings';
import { boundValue } from './bound-value';
import type { Column, Columns } from './columns';

const comparisons = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
type Order = keyof typeof comparisons;

/** Every number of so many digits is a double of its own. */
const EXACT_DIGITS = 15;

/** Functions of text operators; those that ignore case see both sides in lower case. */
const textFunctions: Partial<Record<FilterOperator, { name: string; ignoresCase: boolean }>> = {
  contains: { name: 'contains', ignoresCase: false },
  icontains: { name: 'contains', ignoresCase: true },
  starts: { name: 'starts_with', ignoresCase: false },
  istarts: { name: 'starts_with', ignoresCase: true },
  ends: { name: 'ends_with', ignoresCase: false },
  iends: { name: 'ends_with', ignoresCase: true },
};

/** Compiles conditions on rows. Names are looked up, values bound; nothing of a caller becomes SQL text. */
export class FilterSql {
  constructor(
    private readonly columns: Columns,
    private readonly bindings: Bindings,
  ) {}

  /** `known` asks for true or false even where a value is null: below a `not`, "unknown" would stay unknown. */
  filter(filter: Filter, known = false): string {
    if (isLeaf(filter)) {
      const sql = this.leaf(filter);
      return known ? `coalesce(${sql}, false)` : sql;
    }
    if ('not' in filter) return `(NOT ${this.filter(filter.not, true)})`;
    if ('and' in filter) return all(filter.and.map((part) => this.filter(part, known)));
    return `(${filter.or.map((part) => this.filter(part, known)).join(' OR ')})`;
  }

  /** Every word stands in one of the fields, whatever its case and accents. */
  search({ text, fields }: Search): string {
    const folded = (sql: string) => `strip_accents(lower(${sql}))`;
    const columns = fields.map((name) => folded(quoted(this.columns.field(name).name)));
    const words = text.split(' ').map((word) => {
      const value = folded(this.bindings.add(word));
      return `(${columns.map((column) => `coalesce(contains(${column}, ${value}), false)`).join(' OR ')})`;
    });
    return columns.length > 0 ? all(words) : 'false';
  }

  private leaf({ field, op, values }: FilterLeaf): string {
    const column = this.columns.column(field, this.bindings);
    const [value = null] = values;
    if (op === 'null') return `(${column.sql} IS ${value === 'true' ? '' : 'NOT '}NULL)`;
    if (op === 'in' || op === 'nin') return this.oneOf(column, values, op === 'in');
    if (value === null) return `(${column.sql} IS ${op === 'ne' ? 'NOT ' : ''}NULL)`;
    if (op === 'eq') return equals(column, value, this.bindings);
    if (op === 'ne') return this.differs(column, value);
    if (op === 'has') return this.has(column, value);
    if (op === 'gt' || op === 'gte' || op === 'lt' || op === 'lte') return this.ordered(column, op, value);
    return this.textual(column, op, value);
  }

  /** Matches all that is not equal, nulls among it; a value beyond the column's range is equal to nothing. */
  private differs(column: Column, value: string): string {
    return `(NOT coalesce(${equals(column, value, this.bindings)}, false))`;
  }

  private oneOf(column: Column, values: readonly (string | null)[], wanted: boolean): string {
    const bound = values.flatMap((value) => {
      return value === null ? [] : (boundValue(column, value, () => this.bindings.add(value)) ?? []);
    });
    const listed = bound.length > 0 ? `coalesce(${column.sql} IN (${bound.join(', ')}), false)` : 'false';
    const found = values.includes(null) ? `(${listed} OR ${column.sql} IS NULL)` : listed;
    return wanted ? found : `(NOT ${found})`;
  }

  private has({ json, sql }: Column, value: string): string {
    return `list_contains(json_extract_string(${json ?? sql}, '$[*]'), ${this.bindings.add(value)})`;
  }

  private ordered(column: Column, op: Order, value: string): string {
    if (column.number !== undefined) return this.orderedNested(column.sql, column.number, op, value);
    if (column.type === 'decimal') return this.orderedDecimal(column, op, value);
    const bound = boundValue(column, value, () => this.bindings.add(value));
    return bound === null ? 'false' : `(${column.sql} ${comparisons[op]} ${bound})`;
  }

  /** A number inside json is compared as a double, and by all its digits where doubles run together. */
  private orderedNested(text: string, number: string, op: Order, value: string): string {
    const double = `TRY_CAST(${this.bindings.add(value)} AS DOUBLE)`;
    const [whole = '', fraction = ''] = value.replace('-', '').split('.');
    if (whole.length + fraction.length <= EXACT_DIGITS) return `(${number} ${comparisons[op]} ${double})`;
    const decimal = `DECIMAL(38, ${Math.max(0, 37 - whole.length)})`;
    const exact = `TRY_CAST(${text} AS ${decimal}) ${comparisons[op]} TRY_CAST(${this.bindings.add(value)} AS ${decimal})`;
    return `(CASE WHEN ${number} = ${double} THEN ${exact} ELSE ${number} ${comparisons[op]} ${double} END)`;
  }

  /** A number between two values of the column is compared by the lower one, so that nothing is rounded. */
  private orderedDecimal(column: Column, op: Order, value: string): string {
    const floor = decimalFloor(value, column.scale ?? 0);
    const below = op === 'lt' || op === 'lte';
    if (typeof floor === 'string') return below === (floor === 'above') ? `(${column.sql} IS NOT NULL)` : 'false';
    const bound = boundValue(column, floor.text, () => this.bindings.add(floor.text));
    const sign = floor.exact ? comparisons[op] : below ? '<=' : '>';
    return bound === null ? 'false' : `(${column.sql} ${sign} ${bound})`;
  }

  private textual({ sql }: Column, op: FilterOperator, value: string): string {
    const text = textFunctions[op];
    if (!text) throw new Error(`no SQL for the operator ${op}`);
    const bound = this.bindings.add(value);
    return text.ignoresCase ? `${text.name}(lower(${sql}), lower(${bound}))` : `${text.name}(${sql}, ${bound})`;
  }
}

/** Unknown where the column is null. */
export function equals(column: Column, value: string, bindings: Bindings): string {
  const bound = boundValue(column, value, () => bindings.add(value));
  return bound === null ? 'false' : `(${column.sql} = ${bound})`;
}

export function all(parts: readonly string[]): string {
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`;
}

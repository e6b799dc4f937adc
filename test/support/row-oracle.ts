import type { Aggregate, DatePart, Group } from '@sluice/contracts/catalogue/row-groups';
import type { Search, SortKey } from '@sluice/contracts/catalogue/rows';
import { type Filter, type FilterLeaf, isLeaf } from '@sluice/contracts/filter';

/**
 * The query language once more, in plain TypeScript over rows in memory: written from docs/query-language.md, sharing
 * nothing with the SQL, so that the two can be held against each other.
 */
export type Cell = null | bigint | number | string | boolean | Exact | Nested;
export type OracleRow = Record<string, Cell>;

const SCALE = 20;

/** A decimal number as units of 10^-20. */
export class Exact {
  constructor(readonly units: bigint) {}

  static of(text: string): Exact {
    const [, sign, whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
    const units = BigInt(whole + fraction.padEnd(SCALE, '0'));
    return new Exact(sign ? -units : units);
  }
}

export class Nested {
  constructor(readonly json: unknown) {}
}

export function matches(row: OracleRow, filter: Filter | null): boolean {
  if (filter === null) return true;
  if (isLeaf(filter)) return holds(at(row, filter.field), filter, row);
  if ('not' in filter) return !matches(row, filter.not);
  if ('and' in filter) return filter.and.every((part) => matches(row, part));
  return filter.or.some((part) => matches(row, part));
}

export function isFound(row: OracleRow, search: Search | null): boolean {
  const fold = (text: string) =>
    text
      .toLowerCase()
      .normalize('NFD')
      .replace(/\p{Mn}/gu, '');
  return (search?.text.split(' ') ?? []).every((word) =>
    search?.fields.some((name) => {
      const cell = row[name];
      return typeof cell === 'string' && fold(cell).includes(fold(word));
    }),
  );
}

/** The rows in the order asked for; `rows` stand in the order of the file. */
export function sorted<Row extends OracleRow>(rows: readonly Row[], sort: readonly SortKey[]): Row[] {
  return [...rows].sort((a, b) => {
    for (const { field, descending } of sort) {
      const order = compareNulls(at(a, field), at(b, field));
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
}

export function groupsOf(rows: readonly OracleRow[], { keys, aggregates }: Group): OracleRow[] {
  const groups = new Map<string, { key: OracleRow; rows: OracleRow[] }>();
  if (keys.length === 0) groups.set('', { key: {}, rows: [] });
  for (const row of rows) {
    const key = Object.fromEntries(keys.map(({ field, part, name }) => [name, truncated(at(row, field), part)]));
    const id = keys.map(({ name }) => identity(key[name] ?? null)).join('\0');
    const group = groups.get(id) ?? { key, rows: [] };
    group.rows.push(row);
    groups.set(id, group);
  }
  const made = [...groups.values()].map((group) => ({
    ...group.key,
    ...Object.fromEntries(aggregates.map((aggregate) => [aggregate.name, aggregated(group.rows, aggregate)])),
  }));
  return sorted(
    made,
    keys.map(({ name }) => ({ field: name, descending: false })),
  );
}

function at(row: OracleRow, path: string): Cell {
  const [name = '', ...keys] = path.split('.');
  const cell = row[name] ?? null;
  if (keys.length === 0) return cell;
  return textOfJson(inside(cell, keys));
}

function inside(cell: Cell, keys: readonly string[]): unknown {
  let value = cell instanceof Nested ? cell.json : null;
  for (const key of keys) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}

function textOfJson(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function holds(cell: Cell, { field, op, values }: FilterLeaf, row: OracleRow): boolean {
  const [value = null] = values;
  if (op === 'null') return (cell === null) === (value === 'true');
  if (op === 'in') return values.some((each) => isEqual(cell, each));
  if (op === 'nin') return !values.some((each) => isEqual(cell, each));
  if (op === 'eq') return isEqual(cell, value);
  if (op === 'ne') return !isEqual(cell, value);
  if (cell === null || value === null) return false;
  if (op === 'has') {
    const [name = '', ...keys] = field.split('.');
    const list = inside(row[name] ?? null, keys);
    return Array.isArray(list) && list.some((item) => textOfJson(item) === value);
  }
  if (op === 'gt' || op === 'gte' || op === 'lt' || op === 'lte') {
    let order = compare(cell, like(cell, value));
    if (field.includes('.')) {
      const [name = '', ...keys] = field.split('.');
      const number = inside(row[name] ?? null, keys);
      if (typeof number !== 'number') return false;
      order = number - Number(value);
    }
    return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[op];
  }
  const ignoresCase = op.startsWith('i');
  const [text, part] = [String(cell), value].map((each) => (ignoresCase ? each.toLowerCase() : each)) as [
    string,
    string,
  ];
  if (op.endsWith('contains')) return text.includes(part);
  return op.endsWith('starts') ? text.startsWith(part) : text.endsWith(part);
}

function isEqual(cell: Cell, value: string | null): boolean {
  if (cell === null || value === null) return cell === value;
  return compare(cell, like(cell, value)) === 0;
}

/** The value as a cell of the same kind. */
function like(cell: Cell, value: string): Cell {
  if (typeof cell === 'bigint') return BigInt(value);
  if (typeof cell === 'number') return Number(value);
  if (typeof cell === 'boolean') return value === 'true';
  return cell instanceof Exact ? Exact.of(value) : value;
}

function compareNulls(a: Cell, b: Cell): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compare(a, b);
}

function compare(a: Cell, b: Cell): number {
  const [x, y] = [comparable(a), comparable(b)];
  if (typeof x === 'string' && typeof y === 'string') return Buffer.compare(Buffer.from(x), Buffer.from(y));
  return x < y ? -1 : x > y ? 1 : 0;
}

function comparable(cell: Cell): bigint | number | string {
  if (cell instanceof Exact) return cell.units;
  if (typeof cell === 'boolean') return Number(cell);
  if (cell === null || cell instanceof Nested) throw new Error('no order');
  return cell;
}

function identity(cell: Cell): string {
  return cell === null ? 'null' : `:${comparable(cell)}`;
}

function truncated(cell: Cell, part: DatePart | undefined): Cell {
  if (part === undefined || typeof cell !== 'string') return cell;
  if (part === 'hour') return `${cell.slice(0, 13)}:00:00Z`;
  const date = new Date(`${cell.slice(0, 10)}T00:00:00Z`);
  if (part === 'week') date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  const [year = '', month = '', day = ''] = date.toISOString().slice(0, 10).split('-');
  const quarter = String(Math.floor((Number(month) - 1) / 3) * 3 + 1).padStart(2, '0');
  return {
    year: `${year}-01-01`,
    quarter: `${year}-${quarter}-01`,
    month: `${year}-${month}-01`,
    week: `${year}-${month}-${day}`,
    day: `${year}-${month}-${day}`,
  }[part];
}

function aggregated(rows: readonly OracleRow[], { fn, field }: Aggregate): Cell {
  if (fn === 'count' || field === undefined) return BigInt(rows.length);
  const cells = rows.map((row) => at(row, field)).filter((cell) => cell !== null);
  if (fn === 'count_distinct') return BigInt(new Set(cells.map(identity)).size);
  if (cells.length === 0) return null;
  const ordered = [...cells].sort(compare);
  if (fn === 'min') return ordered[0] ?? null;
  if (fn === 'max') return ordered.at(-1) ?? null;
  const numbers = ordered.map(toNumber);
  if (fn === 'median') {
    const middle = (numbers.length - 1) / 2;
    return ((numbers[Math.floor(middle)] ?? 0) + (numbers[Math.ceil(middle)] ?? 0)) / 2;
  }
  if (cells.every((cell) => typeof cell === 'number')) {
    const sum = cells.reduce((all, each) => all + each, 0);
    return fn === 'sum' ? sum : sum / cells.length;
  }
  const sum = cells.reduce((all: bigint, cell) => all + units(cell), 0n);
  return fn === 'sum' ? new Exact(sum) : Number(sum) / cells.length / 10 ** SCALE;
}

function units(cell: Cell): bigint {
  return cell instanceof Exact ? cell.units : Exact.of(String(cell)).units;
}

function toNumber(cell: Cell): number {
  return cell instanceof Exact ? Number(cell.units) / 10 ** SCALE : Number(cell);
}

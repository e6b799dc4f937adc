import type { RowsRequest } from '@sluice/contracts/catalogue/rows';
import type { Engine } from '../engine/engine';
import { fieldJson } from '../engine/json-text';
import { quoted } from '../engine/sql';
import type { SortedColumn } from '../indexes/sorted-column';
import type { SortedColumns } from '../indexes/sorted-columns';
import { allRows, type VersionTable } from '../tables/version-table';
import { firstGroup, type GroupsRequest } from './group-sql';
import type { Page } from './read-page';
import { type FoundGroups, findGroups, type SortedGroup } from './sorted-groups';

/** A key with more different values is left to the engine: their texts are kept. */
const MAX_LABELS = 10_000;

/** Writes pages of groups whose fields' values are at hand in order. */
export class GroupPages {
  /** The values of columns as JSON, by rank. */
  private readonly labels = new WeakMap<SortedColumn, Promise<string[]>>();

  constructor(
    private readonly columns: SortedColumns,
    private readonly reads: Engine,
  ) {}

  /** Null where the engine has to make the groups. */
  async read(table: VersionTable, request: RowsRequest & GroupsRequest): Promise<Page | null> {
    const { limit, offset, after, select } = request;
    if (after && after.values.length > 0) return null;
    const found = findGroups(this.columns, table, request);
    if (!found || found.keys.some(({ column }) => column.values.length > MAX_LABELS)) return null;
    const names = await Promise.all(
      found.keys.map(({ column }, index) => this.labelsOf(table, request.group.keys[index]?.field ?? '', column)),
    );
    const first = firstGroup(request);
    const sorted = found.groups.sort(comparisonOf(found, request));
    const page = sorted.slice(first, first + limit);
    const hasMore = sorted.length > first + limit;
    const rows = page.map((group) => `{${select.map((name) => member(name, group, found, names)).join()}}`);
    return {
      head: {
        returned: page.length,
        hasMore,
        nextKey: hasMore ? { row: first + page.length, values: [] } : null,
        // An empty page behind the last group knows no number of them.
        total: page.length > 0 || (offset === 0 && !after) ? sorted.length : null,
      },
      bytes: Buffer.from(`[${rows.join(',')}]`),
    };
  }

  private labelsOf(table: VersionTable, name: string, column: SortedColumn): Promise<string[]> {
    const known = this.labels.get(column);
    if (known !== undefined) return known;
    const type = table.fields.find((field) => field.name === name)?.type ?? 'text';
    const values = `SELECT DISTINCT ${quoted(name)} AS value FROM ${allRows(table)} WHERE ${quoted(name)} IS NOT NULL`;
    const labels = this.reads
      .query(`SELECT ${fieldJson(type, 'value')} FROM (${values}) ORDER BY value`, [], { lane: 'scan', of: table.id })
      .then((rows) => [...rows.map(([label]) => String(label)), 'null']);
    labels.catch(() => this.labels.delete(column));
    this.labels.set(column, labels);
    return labels;
  }
}

function member(name: string, group: SortedGroup, { keys, sums }: FoundGroups, labels: readonly string[][]): string {
  const key = keys.findIndex((each) => each.name === name);
  const value = key < 0 ? (sums.get(name)?.jsonOf(group.slot) ?? group.count) : labels[key]?.[group.ranks[key] ?? 0];
  return `${JSON.stringify(name)}:${value}`;
}

type Comparison = (a: SortedGroup, b: SortedGroup) => number;

/** The order of the request, then of the keys from left to right; nulls are the largest. */
function comparisonOf({ keys, sums }: FoundGroups, { sort }: GroupsRequest): Comparison {
  const by = (name: string): Comparison => {
    const key = keys.findIndex((each) => each.name === name);
    if (key >= 0) return (a, b) => (a.ranks[key] ?? 0) - (b.ranks[key] ?? 0);
    const sum = sums.get(name);
    return sum ? (a, b) => compare(sum.of(a.slot), sum.of(b.slot)) : (a, b) => a.count - b.count;
  };
  const asked = sort.map(({ field, descending }): Comparison => {
    const comparison = by(field);
    return descending ? (a, b) => comparison(b, a) : comparison;
  });
  const all = [...asked, ...keys.map(({ name }) => by(name))];
  return (a, b) => {
    for (const comparison of all) {
      const order = comparison(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compare(a: bigint | number | null, b: bigint | number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : Number(a > b);
}

import { type Aggregate, type GroupKey, MAX_GROUPS } from '@sluice/contracts/catalogue/row-groups';
import { AskedColumns } from '../indexes/asked-columns';
import { eachCandidate, mostLooks, rarest } from '../indexes/find-rows';
import { conditionOf, testOf } from '../indexes/row-condition';
import { rankEnd, type SortedColumn } from '../indexes/sorted-column';
import type { SortedColumns } from '../indexes/sorted-columns';
import { endOf, type VersionTable } from '../tables/version-table';
import type { GroupsRequest } from './group-sql';
import { type GroupSums, sumsOf } from './group-sums';
import { LiveRows } from './live-rows';

/** A group: the rank of its value in each key, how many rows it has, and where its sums are. */
export interface SortedGroup {
  slot: number;
  ranks: number[];
  count: number;
}

/** All groups of a request, without order. */
export interface FoundGroups {
  groups: SortedGroup[];
  keys: readonly { name: string; column: SortedColumn }[];
  sums: ReadonlyMap<string, GroupSums>;
}

/** Numbers that are kept for groups that may come: for each its count, and the halves of its sums. */
const MAX_NUMBERS = 500_000;
const NUMBERS_PER_SUM = 5;

/** Finds the groups of rows whose fields' values are at hand in order; null where the engine has to. */
export function findGroups(columns: SortedColumns, table: VersionTable, request: GroupsRequest): FoundGroups | null {
  const { filter, search, group } = request;
  if (search !== null || !group.keys.every((key) => isWhole(key, table)) || !group.aggregates.every(isKnown))
    return null;
  const asked = new AskedColumns(table, columns);
  const condition = conditionOf(filter, (field) => asked.column(field));
  const keys = group.keys.flatMap(({ field, name }) => {
    const column = asked.column(field);
    return column ? [{ name, column }] : [];
  });
  const slots = keys.reduce((product, { column }) => product * rankEnd(column), 1);
  const end = endOf(table);
  if (!condition || keys.length < group.keys.length) return null;
  if (slots * (1 + NUMBERS_PER_SUM * group.aggregates.length) > MAX_NUMBERS) return null;
  const driver = rarest(condition);
  const size = condition.size + keys.length + NUMBERS_PER_SUM * group.aggregates.length;
  if ((driver ? driver.rows : end) > mostLooks(size)) return null;
  const sums = sumsOf(table, group.aggregates, asked, slots);
  if (!sums || !asked.areExact) return null;
  const counts = new Uint32Array(slots);
  const test = testOf(condition);
  const live = table.gaps ? new LiveRows(table) : null;
  const added = [...sums.values()];
  eachCandidate(driver, end, (position) => {
    if (!test(position) || (live && !live.has(position))) return;
    let slot = 0;
    for (const { column } of keys) slot = slot * rankEnd(column) + (column.ranks[position] as number);
    counts[slot] = (counts[slot] as number) + 1;
    for (const each of added) each.add(slot, position);
  });
  const groups: SortedGroup[] = [];
  counts.forEach((count, slot) => {
    // Without keys all rows are one group, even where there are none.
    if (count > 0 || keys.length === 0) groups.push({ slot, ranks: ranksOf(slot, keys), count });
  });
  return groups.length > MAX_GROUPS ? null : { groups, keys, sums };
}

/** Zeros of both signs are one group of numbers: which of them names it, the engine decides. */
function isWhole({ field, part }: GroupKey, { fields }: VersionTable): boolean {
  return part === undefined && fields.find(({ name }) => name === field)?.type !== 'number';
}

function isKnown({ fn, field }: Aggregate): boolean {
  return field === undefined || fn === 'sum';
}

function ranksOf(slot: number, keys: FoundGroups['keys']): number[] {
  const ranks: number[] = [];
  let rest = slot;
  for (const { column } of [...keys].reverse()) {
    ranks.unshift(rest % rankEnd(column));
    rest = Math.floor(rest / rankEnd(column));
  }
  return ranks;
}

import { type Filter, type FilterLeaf, isLeaf } from '@sluice/contracts/filter';
import { type RankRange, RankSet } from './rank-set';
import { rankEnd, type SortedColumn } from './sorted-column';

/** A comparison: the ranks of a column that it is true for. */
export interface Comparison {
  column: SortedColumn;
  ranks: RankSet;
  rows: number;
}

/**
 * A condition on rows: comparisons that all hold, and what else must. `share` guesses how many of all rows it is true for;
 * `size` is how many comparisons it is made of.
 */
export interface RowCondition {
  size: number;
  comparisons: readonly Comparison[];
  others: readonly RowTest[];
  share: number;
}

type RowTest = (position: number) => boolean;
/** Gives the column of a field, or null where there is none (yet). */
export type ColumnOf = (field: string) => SortedColumn | null;

/** Tells of a filter that cannot be asked by ranks. */
class NotByRanks extends Error {}

/** Turns a filter into tests on ranks; null where a part of it needs the engine. */
export function conditionOf(filter: Filter | null, columnOf: ColumnOf): RowCondition | null {
  try {
    return filter ? compile(filter, columnOf) : { size: 0, comparisons: [], others: [], share: 1 };
  } catch (error) {
    if (error instanceof NotByRanks) return null;
    throw error;
  }
}

/** Makes the test of a row by its position. */
export function testOf({ comparisons, others }: RowCondition): RowTest {
  if (others.length === 0 && comparisons.length <= 2) return testOfFew(comparisons);
  return (position) => {
    for (const { column, ranks } of comparisons) if (!ranks.has(column.ranks[position] as number)) return false;
    for (const other of others) if (!other(position)) return false;
    return true;
  };
}

/** The same without a loop, which rows by the hundred thousand notice. */
function testOfFew([first, second]: readonly Comparison[]): RowTest {
  if (!first) return () => true;
  const { ranks, column } = first;
  const ofFirst = column.ranks;
  if (!second) return (position) => ranks.has(ofFirst[position] as number);
  const more = second.ranks;
  const ofSecond = second.column.ranks;
  return (position) => ranks.has(ofFirst[position] as number) && more.has(ofSecond[position] as number);
}

function compile(filter: Filter, columnOf: ColumnOf): RowCondition {
  if (isLeaf(filter)) return onlyRanks(comparisonOf(filter, columnOf));
  if ('not' in filter) {
    const inner = compile(filter.not, columnOf);
    const [comparison] = inner.comparisons;
    if (comparison && inner.comparisons.length === 1 && inner.others.length === 0) {
      return onlyRanks(withRanks(comparison.column, comparison.ranks.complement(rankEnd(comparison.column))));
    }
    const test = testOf(inner);
    return { size: inner.size, comparisons: [], others: [(position) => !test(position)], share: 1 - inner.share };
  }
  const parts = ('and' in filter ? filter.and : filter.or).map((part) => compile(part, columnOf));
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if ('and' in filter) {
    return {
      size,
      comparisons: parts.flatMap(({ comparisons }) => comparisons),
      others: parts.flatMap(({ others }) => others),
      share: parts.reduce((share, part) => share * part.share, 1),
    };
  }
  const tests = parts.map(testOf);
  const share = 1 - parts.reduce((none, part) => none * (1 - part.share), 1);
  return { size, comparisons: [], others: [(position) => tests.some((test) => test(position))], share };
}

function onlyRanks(comparison: Comparison): RowCondition {
  return {
    size: 1,
    comparisons: [comparison],
    others: [],
    share: comparison.rows / Math.max(1, comparison.column.covered),
  };
}

function withRanks(column: SortedColumn, ranks: RankSet): Comparison {
  return { column, ranks, rows: ranks.countRows(column.starts) };
}

/** Every comparison is true or false: with a value that is null only `ne`, `nin` and `null` are true. */
function comparisonOf({ field, op, values }: FilterLeaf, columnOf: ColumnOf): Comparison {
  const column = columnOf(field);
  if (!column) throw new NotByRanks();
  const found = RankSet.of(values.map((value) => rangeOf(column, op, value)));
  return withRanks(column, op === 'ne' || op === 'nin' ? found.complement(rankEnd(column)) : found);
}

function rangeOf(column: SortedColumn, op: FilterLeaf['op'], text: string | null): RankRange {
  const end = column.values.length;
  const nulls = { from: end, to: end + 1 };
  if (op === 'null') return text === 'true' ? nulls : { from: 0, to: end };
  if (text === null) return nulls;
  if (op === 'starts') return column.values.beginning?.(text) ?? fail();
  const { below, isThere } = column.values.place(text) ?? fail();
  const upTo = isThere ? below + 1 : below;
  switch (op) {
    case 'eq':
    case 'ne':
    case 'in':
    case 'nin':
      return { from: below, to: upTo };
    case 'gt':
      return { from: upTo, to: end };
    case 'gte':
      return { from: below, to: end };
    case 'lt':
      return { from: 0, to: below };
    case 'lte':
      return { from: 0, to: upTo };
    default:
      return fail();
  }
}

function fail(): never {
  throw new NotByRanks();
}

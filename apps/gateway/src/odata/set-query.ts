import { MAX_OFFSET } from '@sluice/contracts/catalogue/rows';
import { HttpProblem } from '../http/problem';
import { type Output, outputsOfFields, readApply } from './apply-expression';
import { nameOfIdentifier, ROW_KEY } from './edm';
import type { EntitySet } from './entity-sets';
import { type Literal, readFilterExpression } from './filter-expression';
import { FilterTreeWriter, type Tree } from './filter-tree';
import { notOffered, unreadable } from './odata-fault';
import type { QueryOptions, SystemOption } from './query-options';
import { readSearchWords } from './search-expression';
import { TokenReader } from './token-reader';

/** What is asked of a set: a body as `parseQueryBody` of our query language takes it, and what only OData's answer knows. */
export interface SetQuery {
  body: Record<string, unknown>;
  /** The values of each row or group, in the order of the answer. */
  outputs: Output[];
  /** The names in the context of the answer; null for whole rows. */
  projection: string[] | null;
  /** Rows are told with a key of ours (`RowKeys`). */
  hasRowKey: boolean;
  isGrouped: boolean;
  isCounted: boolean;
  /** Rows that the caller wants at most, over all pages; null for all. */
  top: number | null;
}

/** How many rows one answer has at most: what the API allows, or fewer where the caller prefers that. */
export type PageSize = { most: number; preferred: number | null };

/** Reads the options of a set into a query of ours. What is not understood there, our own reader refuses with every fault. */
export function readSetQuery(set: EntitySet, options: QueryOptions, size: PageSize): SetQuery {
  const { system } = options;
  const { view } = set;
  const apply = system.get('$apply');
  const filters: Tree[] = [];
  const body: Record<string, unknown> = {};
  let outputs = outputsOfFields(view.fields);
  let projection: string[] | null = null;
  let hasRowKey = set.key === null;
  if (apply !== undefined) {
    if (system.has('$select') || system.has('$filter') || system.has('$search'))
      throw notOffered('$apply', '$select, $filter and $search would work on groups', 'write filter(…)/groupby(…)');
    const { filter, group, agg, outputs: own } = readApply(apply, view);
    const writer = new FilterTreeWriter(view, '$apply');
    filters.push(...filter.map((each) => writer.write(each)));
    if (group.length > 0) body.group = group;
    if (agg.length > 0) body.agg = agg;
    if (group.length + agg.length === 0) throw notOffered('$apply', 'write filters alone as $filter');
    outputs = own;
    projection = own.map(({ property }) => property);
    hasRowKey = false;
  }
  const filter = system.get('$filter');
  if (filter !== undefined) filters.push(new FilterTreeWriter(view).write(readFilterExpression(filter)));
  const [only] = filters;
  if (only) body.filter = filters.length === 1 ? only : { _and: filters };
  const search = system.get('$search');
  if (search !== undefined) body.q = readSearchWords(search);
  const select = system.get('$select');
  if (select !== undefined && select.trim() !== '*') {
    const names = select.split(',').map((name) => name.trim());
    projection = names;
    hasRowKey = hasRowKey && names.includes(ROW_KEY);
    const fields = names.filter((name) => name !== ROW_KEY || set.key !== null).map(nameOfIdentifier);
    // The key of ours alone: rows have to have something to be read by.
    body.select = fields.length > 0 ? fields : [view.fields[0]?.name ?? ''];
    outputs = fields.flatMap((name) => outputs.filter((output) => output.name === name));
  }
  const order = system.get('$orderby');
  if (order !== undefined) addOrder(body, order);
  const top = wholeNumber(system, '$top');
  const skip = wholeNumber(system, '$skip');
  if (skip !== null && skip > MAX_OFFSET)
    throw unreadable('$skip', `${MAX_OFFSET} rows are skipped at most`, 'follow @odata.nextLink to read on');
  const cursor = system.get('$skiptoken');
  body.limit = String(Math.max(1, Math.min(top ?? size.most, size.preferred ?? size.most, size.most)));
  if (skip !== null && skip > 0) body.offset = String(skip);
  if (cursor !== undefined) body.cursor = cursor;
  const isCounted = isTrue(system.get('$count'));
  if (isCounted) body.count = 'exact';
  addParameters(body, options);
  return { body, outputs, projection, hasRowKey, isGrouped: apply !== undefined, isCounted, top };
}

/** Asks for the one row with a key: by the key fields, each given once, or by the one of ours. */
export function readKeyQuery(set: EntitySet, key: ReadonlyMap<string, Literal>, options: QueryOptions): SetQuery {
  const query = readSetQuery(set, options, { most: 1, preferred: null });
  const { key: fields, view } = set;
  const expected = fields ?? [ROW_KEY];
  const given = [...key].map(
    ([name, value]) => [name === '' ? (expected[0] ?? '') : nameOfIdentifier(name), value] as const,
  );
  const names = given.map(([name]) => name);
  if (names.length !== expected.length || !expected.every((name) => names.includes(name)))
    throw new HttpProblem('malformed_request', { detail: `the key of ${set.name} is ${expected.join(', ')}` });
  if (fields === null) return { ...query, hasRowKey: true };
  const writer = new FilterTreeWriter(view, 'key');
  query.body.filter = { _and: given.map(([name, value]) => writer.equals(name, value)) };
  return query;
}

function addOrder(body: Record<string, unknown>, text: string): void {
  const tokens = new TokenReader(text, '$orderby');
  const sort: string[] = [];
  do {
    const name = tokens.name('a field');
    if (tokens.next.text === '(') throw notOffered('$orderby', 'rows are sorted by fields, not by functions');
    if (name === ROW_KEY) throw notOffered('$orderby', `rows are not sorted by ${ROW_KEY}`, 'name a field');
    const isDescending = !tokens.takes('asc') && tokens.takes('desc');
    sort.push(isDescending ? `-${nameOfIdentifier(name)}` : nameOfIdentifier(name));
  } while (tokens.takes(','));
  tokens.end();
  if (sort.length > 0) body.sort = sort;
}

function addParameters(body: Record<string, unknown>, { parameters }: QueryOptions): void {
  if (parameters.size > 0) body.parameters = Object.fromEntries(parameters);
}

function wholeNumber(system: ReadonlyMap<SystemOption, string>, name: SystemOption): number | null {
  const text = system.get(name);
  if (text === undefined) return null;
  if (!/^\d{1,15}$/.test(text)) throw unreadable(name, 'write a whole number, 0 or more');
  return Number(text);
}

function isTrue(text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  throw unreadable('$count', 'write true or false');
}

import { isObject } from '@sluice/query/values/json-value';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { stringify } from 'lossless-json';
import { datasetQuery, versionQuery } from '../../server/datasets';
import { countQuery } from '../../server/rows';
import { useSettled } from '../../ui/use-settled';
import { parsedTree } from '../filters/tree-chips';
import type { Draft } from './draft';

const PAUSE_MS = 400;

/** What is known of the rows that a row filter leaves. */
export interface StayingRows {
  stay: number | undefined;
  all: number | undefined;
  /** The parameters without a default, on whose values it depends. */
  open: readonly string[];
  error: unknown;
}

/** Counts the rows that the row filter of a form leaves of the version it serves, in the pauses of typing. Parameters have their defaults. */
export function useStayingRows({ datasetId, version, rowFilter, parameters }: Draft): StayingRows {
  const text = useSettled(rowFilter, PAUSE_MS);
  const { data: dataset } = useQuery({ ...datasetQuery(datasetId), enabled: datasetId !== '' });
  const number = version ?? dataset?.latestVersion ?? 0;
  const isThere = datasetId !== '' && number > 0;
  const { data: served } = useQuery({ ...versionQuery(datasetId, number), enabled: isThere });
  const tree = text.trim() === '' ? null : parsedTree(text);
  const values = new Map(parameters.filter((each) => each.default !== '').map((each) => [each.name, each.default]));
  const open = new Set<string>();
  const filter = tree && (stringify(bind(tree, values, open)) ?? null);
  const asked = { datasetId, number, seq: served?.seq };
  const isAsked = served !== undefined && filter !== null && open.size === 0;
  const all = useQuery({ ...countQuery(asked, null), enabled: served !== undefined && tree !== null });
  const stay = useQuery({ ...countQuery(asked, filter), enabled: isAsked, placeholderData: keepPreviousData });
  return {
    stay: isAsked && !stay.error ? stay.data : undefined,
    all: all.data,
    open: [...open],
    error: isAsked && text === rowFilter ? stay.error : null,
  };
}

/** Puts the defaults of parameters into their places; `open` gets those that have none. */
function bind(node: unknown, values: ReadonlyMap<string, string>, open: Set<string>): unknown {
  if (Array.isArray(node)) return node.map((each) => bind(each, values, open));
  if (!isObject(node)) return node;
  const { $param: name } = node;
  if (typeof name !== 'string') {
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, bind(value, values, open)]));
  }
  const value = values.get(name);
  if (value === undefined) open.add(name);
  return value ?? null;
}

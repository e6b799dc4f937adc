import type { RowQuery } from '@sluice/query/reading/row-query';
import { remembered } from '@sluice/runtime/remembered';
import { hashOf } from './cursor-seal';
import { type PagePlan, rowCondition } from './page-plan';
import { snapshotText } from './snapshot-text';

/** Writes the snapshot of an answer with a short name for the rows and fields that were read: changes go on from both. */
export function readSnapshotText({ snapshot, query }: Pick<PagePlan, 'snapshot' | 'query'>): string {
  return `${snapshotText(snapshot)}.${resultName(query)}`;
}

/** Tells whether a snapshot text names another result than this query's; one that names none does not. */
export function isOfOther(text: string, query: RowQuery): boolean {
  const [, , name] = text.split('.');
  return name !== undefined && name !== resultName(query);
}

const resultName = remembered((query: RowQuery) =>
  hashOf(JSON.stringify([query.select, rowCondition(query), query.search])),
);

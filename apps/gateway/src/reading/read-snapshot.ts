import type { RowQuery } from '@sluice/query/reading/row-query';
import { hashOf } from './cursor-seal';
import { type InstallationSecret, nameOf } from './installation-key';
import { type PagePlan, rowCondition } from './page-plan';
import { snapshotText } from './snapshot-text';

/** Writes the snapshot of an answer with a short name for the rows and fields that were read: changes go on from both. */
export function readSnapshotText({ snapshot, resultName }: Pick<PagePlan, 'snapshot' | 'resultName'>): string {
  return `${snapshotText(snapshot)}.${resultName}`;
}

/** Writes what decides which rows and fields are read, the publisher's filter among it. */
export function resultText(query: RowQuery): string {
  return JSON.stringify([query.select, rowCondition(query), query.search]);
}

/** Tells whether a snapshot text names another result than this plan's; one that names none does not. */
export function isOfOther(
  text: string,
  { resultName, query }: PagePlan,
  { others }: Pick<InstallationSecret, 'others'>,
  takesOlderNames: boolean,
): boolean {
  const [, , name] = text.split('.');
  if (name === undefined || name === resultName) return false;
  if (others.some((key) => name === nameOf({ key }, 'result', resultText(query)))) return false;
  // The release before wrote a hash without a key.
  return !takesOlderNames || name !== hashOf(resultText(query));
}

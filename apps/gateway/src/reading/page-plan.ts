import type { RowFormatting } from '@sluice/contracts/catalogue/row-formats';
import type { RowKey } from '@sluice/contracts/catalogue/rows';
import type { Field } from '@sluice/contracts/fields';
import { allOf, type Filter } from '@sluice/contracts/filter';
import type { Format } from '@sluice/contracts/formats';
import type { Snapshot } from '@sluice/contracts/snapshot';
import type { RowQuery } from '@sluice/query/reading/row-query';
import type { RowSource } from './row-source';

/** A query that was understood: everything that the page depends on, and so the whole answer. */
export interface PagePlan {
  source: RowSource;
  query: RowQuery;
  /** Of the version that is read. */
  fields: Field[];
  /** The canonical query string of this page, and that of the whole result that it is a part of. */
  canonical: string;
  resultQuery: string;
  /** Names the whole result, and the view that it was asked through: a cursor belongs to both. */
  resultHash: string;
  /** Names the rows and fields that are read, to those who come back for their changes. */
  resultName: string;
  snapshot: Snapshot;
  version: number;
  /** The number of the commit that the snapshot stands for; null where a catalogue of the release before was asked. */
  commit: number | null;
  after?: RowKey;
  /** The one that the answer has, of those that the API offers. */
  format: Format;
  formats: readonly Format[];
  /** Set where not the rows are asked for, but what became of them since an earlier snapshot; with all that may be seen. */
  changes: { since: Snapshot; exposed: string[] } | null;
  /** Whether the whole result may be asked for. */
  exports: boolean;
  /** Asks for the position of each row too. */
  positions?: boolean;
  /** Stands before the links of the answer; without, they are relative to the host. */
  linkOrigin?: string;
  /** Names the answer: equal plans have equal ones, and equal bytes. */
  tag: string;
}

/** Joins what holds for every row of an answer: what the caller asks for, and what the publisher fixed. */
export function rowCondition({ rowFilter, filter }: RowQuery): Filter | null {
  return allOf(rowFilter, filter);
}

/** Says how the rows of a plan are written. A workbook names the API and the commit that it is from. */
export function formattingOf({ query, format, source, version, commit }: PagePlan): RowFormatting {
  const { bom, escapeFormulas } = query;
  if (format !== 'xlsx') return { format, bom, escapeFormulas };
  const { api, address, datasetId } = source;
  const of = [api && `API ${api}`, address, `dataset ${datasetId}`, `version ${version}`, commit && `commit ${commit}`];
  const workbook = { title: api ?? datasetId, description: of.filter(Boolean).join(', ') };
  return { format, bom, escapeFormulas, workbook };
}

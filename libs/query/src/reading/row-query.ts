import type { Group } from '@sluice/contracts/catalogue/row-groups';
import type { Search, SortKey } from '@sluice/contracts/catalogue/rows';
import type { Fault } from '@sluice/contracts/fault';
import type { Filter } from '@sluice/contracts/filter';
import type { Format } from '@sluice/contracts/formats';

/** A query of an endpoint, understood whole: every name is a field of the view, every value one of its type. */
export interface RowQuery {
  /** Fields of the answer in their order, the whole view where none were asked for; the outputs of `group` if there is one. */
  select: string[];
  /** In normal form. */
  filter: Filter | null;
  /** The canonical value of every named parameter of the view. */
  parameters: Readonly<Record<string, string>>;
  /** The view's row filter with these values: it holds beside `filter`, whatever that is. */
  rowFilter: Filter | null;
  search: Search | null;
  group: Group | null;
  sort: SortKey[];
  limit: number;
  offset: number;
  /** The commit or the time that was asked for, as text; null for now. Only the gateway knows which snapshot that is. */
  at: string | null;
  /** Sealed; only the gateway can open it. */
  cursor: string | null;
  count: boolean;
  shape: 'object' | 'array';
  /** Null leaves it to the request's Accept header. */
  format: Format | null;
  /** For JSON: indented, for people. */
  pretty: boolean;
  /** For CSV: a byte order mark in front, and an apostrophe before what a spreadsheet would take for a formula. */
  bom: boolean;
  escapeFormulas: boolean;
}

export type ParsedQuery = { ok: true; query: RowQuery } | { ok: false; faults: Fault[] };

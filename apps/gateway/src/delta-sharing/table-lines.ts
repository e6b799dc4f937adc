import type { Route } from '@sluice/contracts/registry/routes';
import type { FileLink } from '../links/file-links';
import { deltaSchema } from './delta-schema';
import type { TableState } from './table-states';

/** One line of an answer: an object with one member that says what it is (protocol, "JSON Wrapper Object In Each Line"). */
export type Line = Record<string, object>;

/** A file as lines tell of it. */
export interface ToldFile {
  /** The same for the same bytes. */
  id: string;
  bytes: number;
  rows: number;
  link: FileLink;
}

/** The version that a file belongs to, where the answer has to say it. */
export interface ToldVersion {
  version: number;
  /** Missing where the time is not known any more. */
  timestamp?: number;
}

/** The first two lines of every answer about a table: which protocol, and what the table looks like. */
export function headLines(route: Route, state: TableState, isOfThen: boolean): Line[] {
  return [{ protocol: { minReaderVersion: 1 } }, metadataLine(route, state, isOfThen)];
}

/** What a table looks like, now or as of the version that it says. */
export function metadataLine(route: Route, { plan, version }: TableState, isOfThen: boolean): Line {
  const { apiId: id, slug, description } = route;
  const metaData = {
    id,
    name: slug,
    ...(description !== '' && { description }),
    format: { provider: 'parquet' },
    schemaString: deltaSchema(plan.source.viewOf(plan.fields)),
    partitionColumns: [],
    configuration: { enableChangeDataFeed: 'true' },
    ...(isOfThen && { version }),
  };
  return { metaData };
}

/** A line about a file: one of the table, or what a version added, removed or changed. */
export function fileLine(
  kind: 'file' | 'add' | 'remove' | 'cdf',
  { id, bytes, rows, link }: ToldFile,
  at?: ToldVersion,
): Line {
  const file = {
    url: link.url,
    id,
    partitionValues: {},
    size: bytes,
    ...(kind !== 'remove' && kind !== 'cdf' && { stats: JSON.stringify({ numRecords: rows }) }),
    ...at,
    expirationTimestamp: link.expiresAtMs,
  };
  return { [kind]: file };
}

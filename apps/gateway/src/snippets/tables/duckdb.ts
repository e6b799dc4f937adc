import type { ListedFormat } from '@sluice/contracts/formats';
import { inSql } from '../literals';
import { addressOf, TOKEN_VARIABLE } from '../subject';
import type { TableProgram } from './table-read';

const readers: Readonly<Record<Exclude<ListedFormat, 'arrow'>, string>> = {
  parquet: 'read_parquet',
  csv: 'read_csv',
  ndjson: 'read_ndjson',
  json: 'read_json',
};

/** For DuckDB's command line, which has `getenv`. The token is for this origin alone. */
export const duckdb: TableProgram = ({ format, isPaged, ...request }) => {
  if (format === 'arrow') throw new Error('DuckDB alone reads no Arrow');
  const onePage = isPaged
    ? '-- The API has no export, and SQL follows no pages: these are the rows of the first one.\n'
    : '';
  return `INSTALL httpfs;
LOAD httpfs;
SET force_download = true;
CREATE OR REPLACE SECRET sluice (
  TYPE http,
  SCOPE ${inSql(new URL(request.url).origin)},
  BEARER_TOKEN getenv('${TOKEN_VARIABLE}')
);

${onePage}SELECT * FROM ${readers[format]}(${inSql(addressOf(request))});`;
};

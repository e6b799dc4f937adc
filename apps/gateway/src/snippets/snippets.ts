import type { ListedFormat } from '@sluice/contracts/formats';
import type { SendingLanguage, SnippetLanguage } from '@sluice/contracts/gateway/snippets';
import { HttpProblem } from '../http/problem';
import { csharp } from './programs/csharp';
import { go } from './programs/go';
import { axios, fetch } from './programs/javascript';
import { java, kotlin } from './programs/jvm';
import { php } from './programs/php';
import { powershell } from './programs/powershell';
import { python } from './programs/python';
import { curl } from './programs/shell';
import { swift } from './programs/swift';
import { type Parameter, type Program, requestOf, type SnippetRequest, type Subject } from './subject';
import { appsScriptSending, appsScriptTable } from './tables/apps-script';
import { duckdb } from './tables/duckdb';
import { odata } from './tables/odata';
import { powerQuery } from './tables/power-query';
import { pandas, polars } from './tables/python-frames';
import { rSending, rTable } from './tables/r';
import { type TableProgram, tableRead } from './tables/table-read';

/** How a language reads whole results: the formats that it reads, the best first. */
interface Table {
  program: TableProgram;
  formats: readonly ListedFormat[];
  /** Asked for beside the query where the format is CSV. */
  ofCsv?: Parameter[];
}

/** Languages of tables read whole results; all others do the one request that was asked for. */
const tables: Partial<Record<SnippetLanguage, Table>> = {
  pandas: { program: pandas, formats: ['parquet', 'arrow', 'ndjson', 'json', 'csv'] },
  polars: { program: polars, formats: ['parquet', 'arrow', 'ndjson', 'json', 'csv'] },
  r: { program: rTable, formats: ['parquet', 'arrow', 'ndjson', 'json', 'csv'] },
  duckdb: { program: duckdb, formats: ['parquet', 'ndjson', 'json', 'csv'] },
  powerquery: { program: powerQuery, formats: ['csv', 'json'] },
  appsscript: { program: appsScriptTable, formats: ['csv'], ofCsv: [['_formulas', 'escape']] },
};

const programs: Readonly<Record<SendingLanguage, Program>> = {
  axios,
  fetch,
  curl,
  python,
  pandas: python,
  polars: python,
  r: rSending,
  go,
  csharp,
  java,
  kotlin,
  swift,
  php,
  powershell,
  appsscript: appsScriptSending,
};

/** Of a query an entity set takes the API's own parameters as they are; all else is said in words of OData. */
function ofSet(subject: Subject): SnippetRequest {
  const { odataUrl: url } = subject;
  if (url === null)
    throw new HttpProblem('invalid_request', {
      detail: 'OData reads APIs that give rows as JSON: take another language',
    });
  const request = requestOf(subject);
  const { own, parameters } = request;
  return { ...request, url, parameters: parameters.filter(([name]) => own.includes(name)) };
}

/** Writes a request to an API as a program of another language. It holds no secret. */
export function snippet(language: SnippetLanguage, subject: Subject): string {
  const table = tables[language];
  if (table && subject.api.method === 'GET') {
    return table.program(tableRead(subject, table.formats, table.ofCsv));
  }
  if (language === 'odata') return odata(ofSet(subject));
  if (language === 'duckdb' || language === 'powerquery') {
    throw new HttpProblem('invalid_request', { detail: 'this language reads rows, and sends none: take another' });
  }
  return programs[language](requestOf(subject));
}

import type { ListedFormat } from '@sluice/contracts/formats';
import { controls } from '@sluice/query/values/controls';
import { HttpProblem } from '../../http/problem';
import type { Parameter, SnippetRequest, Subject } from '../subject';

/** The whole result of a query, as a program reads it into a table. */
export interface TableRead extends Pick<SnippetRequest, 'url' | 'parameters'> {
  format: ListedFormat;
  /** Page after page, where the API has no export. */
  isPaged: boolean;
}

/** Writes the program that reads a table. */
export type TableProgram = (read: TableRead) => string;

/** What is asked for of rows; all other controls are about pages and how they are written. */
const OF_ROWS: readonly string[] = ['_select', '_filter', '_q', '_group', '_agg', '_sort'];
const LEFT_OUT = new Set<string>(controls.filter((control) => !OF_ROWS.includes(control)));

/** Decides how a table is read: in the first of these formats that the API offers, and at once where it has an export. */
export function tableRead(
  { api, url, query }: Subject,
  formats: readonly ListedFormat[],
  more: Parameter[] = [],
): TableRead {
  const format = formats.find((each) => api.formats.includes(each));
  if (!format) throw new HttpProblem('invalid_request', { detail: `this language reads ${formats.join(' or ')}` });
  const asked = [...new URLSearchParams(query)].filter(([name]) => !LEFT_OUT.has(name));
  const parameters: Parameter[] = [...asked, ['_format', format], ...(format === 'csv' ? more : [])];
  if (api.export) return { url: `${url}/_export`, parameters, format, isPaged: false };
  parameters.push(['_limit', String(api.limits.maxPage)]);
  if (format === 'json') parameters.push(['_shape', 'array']);
  return { url, parameters, format, isPaged: true };
}

import type { Format } from '@sluice/contracts/formats';
import { HttpProblem } from '../http/problem';
import type { PagePlan } from '../reading/pages';

/** What each format is called in HTTP, and what its files end with. */
export const mediaTypes: Readonly<Record<Format, { type: string; parameters: string; extension: string }>> = {
  json: { type: 'application/json', parameters: '; charset=utf-8', extension: 'json' },
  ndjson: { type: 'application/x-ndjson', parameters: '; charset=utf-8', extension: 'ndjson' },
  // RFC 4180 section 3 for the second parameter.
  csv: { type: 'text/csv', parameters: '; charset=utf-8; header=present', extension: 'csv' },
  parquet: { type: 'application/vnd.apache.parquet', parameters: '', extension: 'parquet' },
  arrow: { type: 'application/vnd.apache.arrow.stream', parameters: '', extension: 'arrows' },
};

export function contentType(format: Format): string {
  const { type, parameters } = mediaTypes[format];
  return type + parameters;
}

/**
 * The format that an Accept header likes best of those on offer; between equals the first on offer. Fails with
 * `not_acceptable`, which tells what there is.
 */
export function acceptedFormat(accept: string | undefined, offered: readonly Format[]): Format {
  const [first] = offered;
  if (first === undefined) throw new Error('an API without formats');
  if (accept === undefined || accept.trim() === '') return first;
  const ranges = accept.split(',').map(readRange);
  let best: { format: Format; quality: number } | null = null;
  for (const format of offered) {
    const quality = qualityOf(mediaTypes[format].type, ranges);
    if (quality > (best?.quality ?? 0)) best = { format, quality };
  }
  if (best) return best.format;
  const available = offered.map((format) => mediaTypes[format].type);
  throw new HttpProblem('not_acceptable', {
    detail: `available: ${available.join(', ')}`,
    faults: [
      { in: 'header', name: 'Accept', code: 'not_acceptable', detail: 'none of our formats', allowed: available },
    ],
  });
}

/** The plan in the format that the caller accepts, where the query does not name one. */
export function inFormat(asked: PagePlan, accept: string | undefined): PagePlan {
  const format = asked.query.format ?? acceptedFormat(accept, asked.formats);
  const { bom, escapeFormulas, pretty } = asked.query;
  if (format !== 'json' && pretty) {
    const fault = { in: 'query' as const, name: '_pretty', code: 'not_allowed', detail: 'only JSON has it' };
    throw new HttpProblem('invalid_query', { detail: 'the format does not have what was asked for', faults: [fault] });
  }
  if (format !== 'csv' && (bom || escapeFormulas)) {
    const names = [...(bom ? ['_bom'] : []), ...(escapeFormulas ? ['_formulas'] : [])];
    const faults = names.map((name) => {
      return { in: 'query' as const, name, code: 'not_allowed', detail: 'only CSV has it', hint: 'add _format=csv' };
    });
    throw new HttpProblem('invalid_query', { detail: 'the format does not have what was asked for', faults });
  }
  return format === asked.format ? asked : { ...asked, format, tag: `${asked.tag}-${format}` };
}

interface Range {
  type: string;
  quality: number;
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** The most specific range decides, not the one with the highest weight (RFC 9110 section 12.5.1). */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const patterns = [type, `${type.split('/')[0]}/*`, '*/*'];
  for (const pattern of patterns) {
    const range = ranges.find((each) => each.type === pattern);
    if (range) return range.quality;
  }
  return 0;
}

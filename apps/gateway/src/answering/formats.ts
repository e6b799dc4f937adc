import type { Fault } from '@sluice/contracts/fault';
import type { Format } from '@sluice/contracts/formats';
import { mediaTypes } from '@sluice/contracts/media-types';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { HttpProblem, invalidQuery } from '../http/problem';
import type { PagePlan } from '../reading/page-plan';

/** Programs send one and the same header with each request, and reading it costs as much as routing the request. */
const remembered = new LRUCache<string, Format>({ max: 500 });
const MAX_REMEMBERED_LENGTH = 300;

/**
 * Chooses the format that an Accept header likes best of those on offer (RFC 9110 section 12.5.1); of any it takes
 * equally, the first on offer. Fails with `not_acceptable`, which tells what there is.
 */
export function acceptedFormat(accept: string | undefined, offered: readonly Format[]): Format {
  const [first] = offered;
  if (first === undefined) throw new Error('an API without formats');
  if (accept === undefined || accept.trim() === '') return first;
  const key = `${offered.join()} ${accept}`;
  const known = remembered.get(key);
  if (known) return known;
  const format = negotiate(accept, offered);
  if (key.length <= MAX_REMEMBERED_LENGTH) remembered.set(key, format);
  return format;
}

function negotiate(accept: string, offered: readonly Format[]): Format {
  const types = offered.map((format) => mediaTypes[format].type);
  const [best] = new Negotiator({ headers: { accept: withoutParameters(accept) } }).mediaTypes(types);
  const format = offered.find((each) => mediaTypes[each].type === best);
  if (format) return format;
  throw new HttpProblem('not_acceptable', {
    detail: `available: ${types.join(', ')}`,
    faults: [{ in: 'header', name: 'Accept', code: 'not_acceptable', detail: 'none of our formats', allowed: types }],
  });
}

/** Leaves weights alone: a range such as `application/json; charset=utf-8` means our JSON as well. */
function withoutParameters(accept: string): string {
  return accept.replace(/;\s*(?!q\s*=)[^;,]*/gi, '');
}

/** Settles the format of a plan: what the query names, or what the caller accepts. */
export function inFormat(asked: PagePlan, accept: string | undefined): PagePlan {
  const format = asked.query.format ?? acceptedFormat(accept, asked.formats);
  const { bom, escapeFormulas, pretty } = asked.query;
  const faults: Fault[] = [];
  const refuse = (name: string, only: 'JSON' | 'CSV', hint: string) =>
    faults.push({ in: 'query', name, code: 'not_allowed', detail: `only ${only} has it`, hint });
  if (format !== 'json' && pretty) refuse('_pretty', 'JSON', 'add _format=json');
  if (format !== 'csv' && bom) refuse('_bom', 'CSV', 'add _format=csv');
  if (format !== 'csv' && escapeFormulas) refuse('_formulas', 'CSV', 'add _format=csv');
  if (faults.length > 0) throw invalidQuery(faults, 'the format does not have what was asked for');
  return format === asked.format ? asked : { ...asked, format, tag: `${asked.tag}-${format}` };
}

import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';
import { unreadable } from './odata-fault';

/** How an answer is written (OData JSON Format 4.0, section 3). */
export interface JsonForm {
  metadata: 'minimal' | 'full' | 'none';
  /** Numbers that a double does not hold are texts. */
  ieee754: boolean;
}

const levels = ['minimal', 'full', 'none'] as const;
const MAX_ACCEPT_LENGTH = 2_000;
const xmlTypes = ['application/xml', 'text/xml', 'application/*', '*/*'];

/** Settles how a document or a set is written: by `$format`, else by `Accept`. Throws `not_acceptable`. */
export function jsonFormat(request: FastifyRequest, option: string | undefined): JsonForm {
  if (option !== undefined) {
    if (option === 'json') return { metadata: 'minimal', ieee754: false };
    const form = formOf(option);
    if (!form) throw notThere('$format', 'application/json');
    return form;
  }
  const ranges = rangesOf(request);
  if (ranges.length === 0) return { metadata: 'minimal', ieee754: false };
  for (const range of ranges) {
    const form = formOf(range);
    if (form) return form;
  }
  throw notThere('Accept', 'application/json');
}

/**
 * Settles how the schema is written. As XML wherever that is accepted, whatever is liked better: JSON is a form of OData 4.01,
 * and clients of 4.0 send one and the same header with every request.
 */
export function metadataFormat(request: FastifyRequest, option: string | undefined): 'xml' | 'json' {
  if (option === 'xml' || option === 'application/xml') return 'xml';
  if (option !== undefined) {
    jsonFormat(request, option);
    return 'json';
  }
  const ranges = rangesOf(request);
  if (ranges.length === 0 || ranges.some((range) => xmlTypes.includes(typeOf(range)))) return 'xml';
  if (ranges.some((range) => typeOf(range) === 'application/json')) return 'json';
  throw notThere('Accept', 'application/xml, application/json');
}

/** Refuses a number as a text where plain text is not accepted. */
export function expectText(option: string | undefined): void {
  if (option !== undefined && option !== 'text' && option !== 'text/plain') throw notThere('$format', 'text/plain');
}

/** Names the media type of a form, with every parameter that it was asked for by. */
export function mediaTypeOf({ metadata, ieee754 }: JsonForm): string {
  return `application/json;odata.metadata=${metadata};odata.streaming=true;IEEE754Compatible=${ieee754};charset=utf-8`;
}

/** Lists what is accepted, the best liked first; what has a weight of 0 is not. */
function rangesOf({ headers }: FastifyRequest): string[] {
  const accept = headers.accept ?? '';
  if (accept.length > MAX_ACCEPT_LENGTH)
    throw new HttpProblem('malformed_request', { detail: 'the Accept header is too long' });
  const weighted = accept.split(',').flatMap((range) => {
    const [, weight = '1'] = /;\s*q\s*=\s*([\d.]+)/i.exec(range) ?? [];
    return range.trim() === '' || !(Number(weight) > 0) ? [] : [{ range, weight: Number(weight) }];
  });
  return weighted.sort((a, b) => b.weight - a.weight).map(({ range }) => range);
}

function formOf(range: string): JsonForm | null {
  if (!['application/json', 'application/*', '*/*'].includes(typeOf(range))) return null;
  const form: JsonForm = { metadata: 'minimal', ieee754: false };
  for (const parameter of range.split(';').slice(1)) {
    const [name = '', value = ''] = parameter.split('=').map((part) => part.trim().toLowerCase());
    const level = levels.find((each) => each === value);
    if (name === 'odata.metadata' || name === 'metadata') {
      if (!level) throw unreadable('$format', 'odata.metadata is minimal, full or none');
      form.metadata = level;
    }
    if (name === 'ieee754compatible') form.ieee754 = value === 'true';
  }
  return form;
}

function typeOf(range: string): string {
  return (range.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function notThere(name: string, types: string): HttpProblem {
  const place = name === 'Accept' ? 'header' : 'query';
  const detail = `available: ${types}`;
  return new HttpProblem('not_acceptable', { detail, faults: [{ in: place, name, code: 'not_acceptable', detail }] });
}

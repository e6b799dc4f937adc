import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import type { Fault } from '@sluice/contracts/fault';
import { pointerTo } from '@sluice/query/values/fault-list';
import { requiredSentence, sentenceFor } from '@sluice/runtime/sentences';
import { z } from 'zod';
import { HttpProblem } from './problem';

z.config({ customError: sentenceFor });

/** More nobody reads, and a caller who sends nonsense is not sent all of it back. */
const [MAX_FAULTS, MAX_DEPTH, MAX_DETAIL_CHARS, MAX_NAME_CHARS] = [100, 20, 500, 100];

/** What a schema has against a value; of members that it does not know zod tells the names. */
interface Issue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>;
  readonly keys?: readonly string[];
}

/**
 * Validates what a route declares with a contract's zod schema. All faults come at once, each where the caller can mend
 * it: at its JSON Pointer in a body, by its name in a query (a query that cannot be read is a 400, a body a 422).
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  async transform(value: unknown, { schema, type }: ArgumentMetadata): Promise<unknown> {
    if (!schema) return value;
    const result = await schema['~standard'].validate(value ?? {});
    if (!result.issues) return result.value;
    const inQuery = type === 'query';
    const faults = result.issues.flatMap((issue) => faultsOf(issue, inQuery)).slice(0, MAX_FAULTS);
    throw notValid(inQuery ? 'invalid_query' : 'invalid_request', faults);
  }
}

/** A request that is refused for its values. */
export function notValid(code: 'invalid_query' | 'invalid_request', faults: readonly Fault[]): HttpProblem {
  const count = `${faults.length} ${faults.length === 1 ? 'value is' : 'values are'} not valid`;
  return new HttpProblem(code, { detail: count, faults });
}

function faultsOf({ message, path = [], keys }: Issue, inQuery: boolean): Fault[] {
  const segments = path.slice(0, MAX_DEPTH).map((segment) => (typeof segment === 'object' ? segment.key : segment));
  const detail = message.slice(0, MAX_DETAIL_CHARS);
  if (!keys)
    return [faultAt(segments, detail === requiredSentence(segments) ? 'required' : 'invalid_value', detail, inQuery)];
  const code = inQuery ? 'unknown_parameter' : 'unknown_field';
  return keys.slice(0, MAX_FAULTS).map((key) => {
    const name = key.slice(0, MAX_NAME_CHARS);
    return faultAt([...segments, name], code, `there is no ${name}`, inQuery);
  });
}

function faultAt(segments: readonly PropertyKey[], code: string, detail: string, inQuery: boolean): Fault {
  const names = segments.map(String);
  return inQuery
    ? { in: 'query', name: names.join('.'), code, detail }
    : { in: 'body', pointer: pointerOf(names), code, detail };
}

/** JSON Pointer, RFC 6901 section 3. */
function pointerOf(segments: string[]): string {
  return segments.reduce(pointerTo, '');
}

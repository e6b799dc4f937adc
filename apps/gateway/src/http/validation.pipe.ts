import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import type { Fault } from '@sluice/contracts/fault';
import { pointerTo } from '@sluice/query/values/fault-list';
import { z } from 'zod';
import { HttpProblem } from './problem';

const MISSING = 'is required';
z.config({ customError: ({ input }) => (input === undefined ? MISSING : undefined) });

/** More nobody reads, and a caller who sends nonsense is not sent all of it back. */
const [MAX_FAULTS, MAX_DEPTH, MAX_DETAIL_CHARS] = [100, 20, 500];

type Path = ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>;

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
    const faults = result.issues
      .slice(0, MAX_FAULTS)
      .map(({ message, path = [] }) => faultAt(inQuery, path.slice(0, MAX_DEPTH), message.slice(0, MAX_DETAIL_CHARS)));
    throw notValid(inQuery ? 'invalid_query' : 'invalid_request', faults);
  }
}

/** A request that is refused for its values. */
export function notValid(code: 'invalid_query' | 'invalid_request', faults: readonly Fault[]): HttpProblem {
  const count = `${faults.length} ${faults.length === 1 ? 'value is' : 'values are'} not valid`;
  return new HttpProblem(code, { detail: count, faults });
}

function faultAt(inQuery: boolean, path: Path, detail: string): Fault {
  const segments = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  const code = detail === MISSING ? 'required' : 'invalid_value';
  return inQuery
    ? { in: 'query', name: segments.join('.'), code, detail }
    : { in: 'body', pointer: pointerOf(segments), code, detail };
}

/** JSON Pointer, RFC 6901 section 3. */
function pointerOf(segments: string[]): string {
  return segments.reduce(pointerTo, '');
}

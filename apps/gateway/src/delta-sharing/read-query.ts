import type { Fault } from '@sluice/contracts/fault';
import type { z } from 'zod';
import { invalidQuery } from '../http/problem';

/** Reads the query string of a request by a schema. Throws `invalid_query` with every fault. */
export function readQuery<Schema extends z.ZodType>(schema: Schema, search: string): z.output<Schema> {
  return held(schema, Object.fromEntries(new URLSearchParams(search)), 'query');
}

/** Holds what was sent against a schema. */
export function held<Schema extends z.ZodType>(schema: Schema, value: unknown, at: 'query' | 'body'): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }): Fault => ({ in: at, name: path.join('.'), code: 'invalid_value', detail: message }),
  );
  throw invalidQuery(faults);
}

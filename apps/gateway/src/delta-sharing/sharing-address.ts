import { z } from 'zod';
import { HttpProblem } from '../http/problem';

export const SHARING_PREFIX = '/delta-sharing';

/** The APIs of the protocol about one table, each with the method that it takes; the last of them is the older way to ask for the version. */
const tableActions = { version: 'GET', metadata: 'GET', query: 'POST', changes: 'GET' } as const;
export type TableAction = keyof typeof tableActions;

/** What a request of Delta Sharing is for. Names are compared without case, as the protocol has it. */
export type SharingAddress =
  | { kind: 'shares' }
  | { kind: 'share' | 'schemas' | 'all-tables'; share: string }
  | { kind: 'tables'; share: string; schema: string }
  | { kind: TableAction; share: string; schema: string; table: string };

/** Reads the address of a request. Throws `not_found`, and `method_not_allowed` with what is taken there. */
export function readSharingAddress(url: string, method: string): SharingAddress {
  const [path = ''] = url.slice(SHARING_PREFIX.length).split('?', 1);
  const [, shares, share, second, schema, third, table, action, ...more] = path.split('/').map(nameOf);
  if (shares !== 'shares' || more.length > 0) throw nothingHere();
  if (share === undefined) return take(method, 'GET', { kind: 'shares' });
  if (second === undefined) return take(method, 'GET', { kind: 'share', share });
  if (schema === undefined && (second === 'schemas' || second === 'all-tables'))
    return take(method, 'GET', { kind: second, share });
  if (second !== 'schemas' || schema === undefined || third !== 'tables') throw nothingHere();
  if (table === undefined) return take(method, 'GET', { kind: 'tables', share, schema });
  // Older clients ask for the version by HEAD at the table itself.
  if (action === undefined) return take(method, 'HEAD', { kind: 'version', share, schema, table });
  const kind = TableAction.safeParse(action);
  if (!kind.success) throw nothingHere();
  return take(method, tableActions[kind.data], { kind: kind.data, share, schema, table });
}

const TableAction = z.enum(['version', 'metadata', 'query', 'changes']);

function nameOf(part: string): string {
  try {
    return decodeURIComponent(part).toLowerCase();
  } catch {
    throw new HttpProblem('malformed_request', { detail: 'percent escapes are bytes of UTF-8' });
  }
}

function take(given: string, method: string, address: SharingAddress): SharingAddress {
  if (given === method) return address;
  throw new HttpProblem('method_not_allowed', { detail: `this takes ${method}`, headers: { allow: method } });
}

function nothingHere(): HttpProblem {
  return new HttpProblem('not_found', { detail: `Delta Sharing begins at ${SHARING_PREFIX}/shares` });
}

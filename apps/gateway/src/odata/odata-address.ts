import { HttpProblem } from '../http/problem';
import type { Literal } from './filter-expression';
import { notOffered } from './odata-fault';
import { TokenReader } from './token-reader';

export const ODATA_PREFIX = '/odata';

/** What a request of OData is for (OData 4.0 part 2, section 4). */
export type ODataAddress =
  | { kind: 'service' | 'metadata' }
  | { kind: 'set' | 'count'; set: string }
  | { kind: 'entity'; set: string; key: ReadonlyMap<string, Literal> };

/** Reads the address of a request. Throws `not_found`, `method_not_allowed`, and `not_implemented` for what the protocol has besides. */
export function readODataAddress(url: string, method: string): ODataAddress {
  const [path = ''] = url.slice(ODATA_PREFIX.length).split('?', 1);
  const [first = '', second, ...more] = path.split('/').slice(1).map(decode);
  if (first === '$batch') throw notOffered('$batch', 'requests are sent one by one');
  if (method !== 'GET' && method !== 'HEAD')
    throw new HttpProblem('method_not_allowed', {
      detail: 'OData is for reading here',
      headers: { allow: 'GET, HEAD' },
    });
  if (more.length > 0) throw nothingHere();
  if (first === '' && second === undefined) return { kind: 'service' };
  if (first === '$metadata' && second === undefined) return { kind: 'metadata' };
  const [, set, key] = /^([A-Za-z_]\w*)(\(.*\))?$/s.exec(first) ?? [];
  if (set === undefined)
    throw first.startsWith('$') ? notOffered(first.slice(0, 100), 'this is not offered') : nothingHere();
  if (second === '$count' && key === undefined) return { kind: 'count', set };
  if (second !== undefined)
    throw notOffered('path', 'rows have no parts of their own', 'write $select for single values');
  return key === undefined ? { kind: 'set', set } : { kind: 'entity', set, key: readKey(key) };
}

/** Reads `(5)`, whose name is empty, or `(region='EU',id=5)`. */
function readKey(text: string): Map<string, Literal> {
  const tokens = new TokenReader(text, 'key');
  const key = new Map<string, Literal>();
  tokens.expect('(');
  do {
    const name = tokens.next.kind === 'name' ? tokens.take().text : '';
    if (name !== '') tokens.expect('=');
    const value = tokens.take();
    if (value.kind !== 'literal' || key.has(name)) throw tokens.fault('a key is a value, or names and values');
    key.set(name, { kind: 'literal', type: value.type, text: value.text });
  } while (tokens.takes(','));
  tokens.expect(')');
  tokens.end();
  return key;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HttpProblem('malformed_request', { detail: 'percent escapes are bytes of UTF-8' });
  }
}

function nothingHere(): HttpProblem {
  return new HttpProblem('not_found', {
    detail: `there is ${ODATA_PREFIX}/, ${ODATA_PREFIX}/$metadata and the sets that it names`,
  });
}

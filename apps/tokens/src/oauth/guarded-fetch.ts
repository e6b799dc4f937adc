import { lookup as resolve } from 'node:dns';
import { get } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Whether a document may be fetched from an address. */
type MayConnect = (address: string) => boolean;

/** Tells whether an address is one of the public internet: neither loopback nor private, link-local, reserved or a tunnel to such. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.process(address).range() === 'unicast';
}

/**
 * Makes the function by which documents of clients are fetched: https only, no redirect followed, and connected to no
 * address that `mayConnect` refuses. What was resolved and looked at is what is connected to. Time and size are bounded by
 * the library (2.5 s, 5 KB).
 */
export function guardedFetch(mayConnect: MayConnect): typeof fetch {
  const lookup = guardedLookup(mayConnect);
  return (input, { headers, signal } = {}) =>
    new Promise((resolved, reject) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const { protocol, hostname } = url;
      const literal = hostname.replace(/^\[|\]$/g, '');
      if (protocol !== 'https:' || (isIP(literal) !== 0 && !mayConnect(literal))) {
        reject(new Error('the document lies where none is fetched from'));
        return;
      }
      const request = get(url, {
        lookup,
        headers: Object.fromEntries(new Headers(headers)),
        agent: false,
        signal: signal ?? undefined,
      });
      request.on('error', reject).on('response', (answer) => {
        const told = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
        const status = answer.statusCode ?? 502;
        const hasBody = ![101, 204, 205, 304].includes(status);
        if (!hasBody) answer.destroy();
        const body = hasBody ? (ReadableStream.from(answer) as ReadableStream<Uint8Array>) : null;
        resolved(new Response(body, { status, headers: told }));
      });
    });
}

/** Resolves a name, and fails where one of its addresses is refused: an attacker's name may have both kinds. */
function guardedLookup(mayConnect: MayConnect): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !mayConnect(address));
      const [first] = addresses ?? [];
      if (error || refused || !first) {
        callback(error ?? new Error('the document lies where none is fetched from'), '', 0);
      } else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

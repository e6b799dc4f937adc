import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';

const OWN_SITES = ['same-origin', 'none'];

/** Refuses what another site made a browser send: browsers that say where a request comes from are believed. */
export function expectSameOrigin({ headers, host }: Pick<FastifyRequest, 'headers' | 'host'>): void {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && !OWN_SITES.includes(String(site))) throw crossSite('it comes from another site');
  if (headers.origin !== undefined && !isOrigin(headers.origin, host)) throw crossSite('its Origin is another one');
}

/**
 * Refuses a change by cookie unless it comes from the same origin, and with a header that no form can send and
 * no script of another site may (it would need a preflight, which is refused).
 */
export function expectConsole(request: Pick<FastifyRequest, 'headers' | 'host'>): void {
  expectSameOrigin(request);
  if (request.headers['sluice-console'] !== '1') throw crossSite('send the header Sluice-Console: 1');
}

function isOrigin(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: ofOrigin } = new URL(origin);
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === ofOrigin;
}

function crossSite(detail: string): HttpProblem {
  return new HttpProblem('cross_site_request', { detail });
}

import type { Route } from '@sluice/contracts/registry/routes';
import { remembered } from '@sluice/runtime/remembered';
import type { FastifyReply } from 'fastify';

const MS = 1_000;

/** Tells with an answer of an API where the API is described, under which licence it is, and when it is expected to end. */
export function announce(reply: FastifyReply, route: Route): void {
  reply.headers(announcedFields(route));
}

/** Made once for each state of an API: every answer has them. */
const announcedFields = remembered((route: Route): Record<string, string> => {
  const { license, deprecatedAt, sunsetAt, deprecationPage } = route.settings;
  const links = [
    `</api/${route.path}/_openapi.json>; rel="describedby"`,
    ...(license === null ? [] : [`<${license}>; rel="license"`]),
    // RFC 9745 section 3, RFC 8594 section 6.
    ...(deprecationPage !== null && deprecatedAt !== null ? [`<${deprecationPage}>; rel="deprecation"`] : []),
    ...(deprecationPage !== null && sunsetAt !== null ? [`<${deprecationPage}>; rel="sunset"`] : []),
  ];
  return {
    link: links.join(', '),
    // RFC 9745 section 2.1: a date of structured fields, in whole seconds.
    ...(deprecatedAt !== null && { deprecation: `@${Math.floor(Date.parse(deprecatedAt) / MS)}` }),
    // RFC 8594 section 3: an HTTP date.
    ...(sunsetAt !== null && { sunset: new Date(sunsetAt).toUTCString() }),
  };
});

/** Adds the links of a page to those of its API; they come first. */
export function withAnnouncedLinks(
  reply: FastifyReply,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const announced = reply.getHeader('link');
  if (headers.link === undefined || announced === undefined) return headers;
  return { ...headers, link: `${headers.link}, ${announced}` };
}

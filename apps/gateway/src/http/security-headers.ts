import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet, { type HelmetOptions } from 'helmet';

const common = {
  strictTransportSecurity: false,
  referrerPolicy: { policy: 'no-referrer' },
} satisfies HelmetOptions;

/** The fields of pages and management: only what is served from here runs in them, and nobody frames them. */
export const pageHeaders = fieldsOf({
  ...common,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
});

/**
 * The policy of the worker in which the console runs DuckDB: its bindings are made when it starts (`new Function`), which pages may not. It
 * reaches nothing but what is served from here.
 */
export const databaseWorkerPolicy = "default-src 'none'; script-src 'self' 'unsafe-eval'; connect-src 'self'";

/**
 * The fields of endpoints' answers, which are no pages: a browser that shows one all the same may neither frame it, guess its
 * type nor run anything in it. Fields that only pages have a use for are left out: each costs every answer its time.
 */
export const dataHeaders = fieldsOf({
  ...common,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  frameguard: { action: 'deny' },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  dnsPrefetchControl: false,
  ieNoOpen: false,
  permittedCrossDomainPolicies: false,
  xssFilter: false,
});

/** Asks helmet once for the fields it sets: they never change, and composing them costs as much as routing a request. */
function fieldsOf(options: HelmetOptions): Readonly<Record<string, string>> {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet(options)(response.req, response, (error) => {
    if (error) throw error;
  });
  return Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]));
}

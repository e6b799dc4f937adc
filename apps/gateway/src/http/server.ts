import { METHODS } from 'node:http';
import compress from '@fastify/compress';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { newId } from '@sluice/runtime/ids';
import { QueryTime } from '@sluice/runtime/query-time';
import { requestScope } from '@sluice/runtime/request-scope';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerOtherMethods } from './allowed-methods';
import { registerBodyParsers } from './body-parsers';
import { answerClientError } from './client-error';
import { watchConnections } from './connections';
import { HttpProblem } from './problem';
import { dataHeaders, pageHeaders } from './security-headers';
import { sendProblem } from './send-problem';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the engine worked for it, from when its handler begins. */
    queryTime?: QueryTime;
  }
}

/** Larger JSON would hold the event loop for longer than anything may. */
const MAX_BODY_BYTES = 256 * 1024;
const MAX_HEADERS_BYTES = 16 * 1024;
/** Node takes bytes beyond ASCII in an address, and reads them as other characters than they are. */
const PRINTABLE = /^[\x21-\x7e]*$/;
const TAKEN = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'];
const ALLOWED = TAKEN.join(', ');
/** Half a year; never for other names of the domain, which are not ours to speak for. */
const HSTS = 'max-age=15552000';
/** What is read by programs begins with these. */
const NO_PAGES = ['/api/', '/links/', '/odata/', '/mcp', '/catalog.jsonld', '/.well-known/api-catalog'];
const COMPRESS_FROM_BYTES = 1024;
const BROTLI_QUALITY = 4;

/** How long a client may take, in milliseconds. */
export interface EdgeTimeouts {
  /** From the first byte of a request to the end of its headers. */
  headersMs: number;
  /** Without a byte in either direction. */
  idleMs: number;
  /** For the body of a management request. */
  bodyMs: number;
  /** How often late headers are looked for: of its own accord Node does so every 30 s. */
  checkMs: number;
}
export const edgeTimeouts: EdgeTimeouts = { headersMs: 15_000, idleMs: 35_000, bodyMs: 30_000, checkMs: 1_000 };

/** Makes the HTTP server: limits and timeouts of the edge, ids for requests, bodies that large uploads can stream through. */
export function createHttpServer(trustedProxies: string[], timeouts: EdgeTimeouts): FastifyAdapter {
  return new FastifyAdapter({
    trustProxy: trustedProxies.length > 0 ? trustedProxies : false,
    bodyLimit: MAX_BODY_BYTES,
    // The client's own id is never taken over: it would let one caller write another's log lines.
    requestIdHeader: false,
    genReqId: () => newId('req'),
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true, maxParamLength: 300 },
    connectionTimeout: timeouts.idleMs,
    keepAliveTimeout: timeouts.idleMs,
    requestTimeout: 0,
    clientErrorHandler: answerClientError,
    // Addresses that cannot be read (`/%`) never reach a route or a hook.
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(headersFor(request)).header('x-request-id', request.id);
      sendProblem(new HttpProblem('malformed_request', { detail: 'the address cannot be read' }), request, reply);
    },
    http: {
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: timeouts.checkMs,
      maxHeaderSize: MAX_HEADERS_BYTES,
      // Refused below, with an answer like every other.
      requireHostHeader: false,
    },
  });
}

/** Sets up what every request and answer passes through. Runs before Nest's own routes are registered. */
export async function configureHttpServer(
  server: FastifyInstance,
  publicUrl: string,
  { bodyMs }: EdgeTimeouts,
): Promise<void> {
  // Every other method that Node reads is known too: an address says that it does not take it, before any body is looked at.
  for (const method of METHODS.filter((each) => !TAKEN.includes(each))) {
    server.addHttpMethod(method, { overrideExisting: true });
  }
  const isPublicTls = publicUrl.startsWith('https:');
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(headersFor(request)).header('x-request-id', request.id);
    if (isPublicTls || request.protocol === 'https') reply.header('strict-transport-security', HSTS);
    done(refusal(request));
  });
  server.addHook('preHandler', (request, _reply, done) => {
    const queryTime = new QueryTime();
    request.queryTime = queryTime;
    requestScope.run({ requestId: request.id, actor: request.actor, span: request.span, queryTime }, done);
  });
  answerOtherMethods(server);
  watchConnections(server);
  registerBodyParsers(server, { maxBytes: MAX_BODY_BYTES, timeoutMs: bodyMs });
  await server.register(compress, {
    threshold: COMPRESS_FROM_BYTES,
    // Packed uploads pass through as they are: the catalogue unpacks them, and counts what comes out.
    globalDecompression: false,
    brotliOptions: { params: { 1: BROTLI_QUALITY } },
  });
}

function headersFor({ url }: FastifyRequest): Readonly<Record<string, string>> {
  return NO_PAGES.some((prefix) => url.startsWith(prefix)) ? dataHeaders : pageHeaders;
}

/** Finds a reason not even to look at a request. */
function refusal({ raw: { rawHeaders, method, url = '' } }: FastifyRequest): HttpProblem | undefined {
  if (!PRINTABLE.test(url))
    return new HttpProblem('malformed_request', {
      detail: 'percent-encode the address as UTF-8 (RFC 3986 section 2.5)',
    });
  if (method === 'TRACE')
    return new HttpProblem('method_not_allowed', { detail: 'nothing is traced', headers: { allow: ALLOWED } });
  // Node keeps the first of two such headers silently; a proxy in front may have judged by the other.
  if (count(rawHeaders, 'authorization') > 1)
    return new HttpProblem('ambiguous_credentials', { detail: 'send one Authorization header' });
  if (count(rawHeaders, 'host') !== 1) return new HttpProblem('malformed_request', { detail: 'send one Host header' });
  return undefined;
}

/** Counts a field among names and values as they came. */
function count(rawHeaders: readonly string[], name: string): number {
  return rawHeaders.filter((text, index) => {
    return index % 2 === 0 && text.length === name.length && text.toLowerCase() === name;
  }).length;
}

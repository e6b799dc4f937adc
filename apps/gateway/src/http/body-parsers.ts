import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isSafeNumber, parse } from 'lossless-json';
import { type BodyLimits, closing, readBody } from './limited-body';
import { waitForClient } from './places';
import { HttpProblem } from './problem';

const JSON_TYPES = ['application/json'];

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes its body as a raw stream, of any size that it counts itself. */
    streamsBody?: boolean;
    /** The route needs the bytes of its JSON body too, such as for a signature. */
    keepsBody?: boolean;
  }
  interface FastifyRequest {
    /** The body as it came, on a route that keeps it. */
    rawBody?: Buffer;
  }
}

/** Registers the parsers: JSON is parsed, unless the route takes its body as a stream; other types are streams only. */
export function registerBodyParsers(server: FastifyInstance, limits: BodyLimits): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    JSON_TYPES,
    { bodyLimit: Number.MAX_SAFE_INTEGER },
    async (request: FastifyRequest, payload: IncomingMessage) => {
      if (takesStream(request)) return payload;
      refusePacked(request);
      const body = await waitForClient(request, () => readBody(payload, limits));
      if (request.routeOptions.config.keepsBody === true) request.rawBody = body;
      return parseJson(body.toString());
    },
  );
  server.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    if (takesStream(request)) return payload;
    throw new HttpProblem('unsupported_media_type', { detail: 'send application/json' });
  });
}

function takesStream(request: FastifyRequest): boolean {
  return request.routeOptions.config.streamsBody === true;
}

/** Refuses packed JSON: only streams are unpacked, where the bytes that come out are counted. */
function refusePacked({ headers }: FastifyRequest): void {
  if ((headers['content-encoding'] ?? 'identity') === 'identity') return;
  throw new HttpProblem('unsupported_media_type', { detail: 'send JSON without Content-Encoding', headers: closing });
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    // A number that would lose digits stays as its text: filters read it, and where only numbers belong it is refused.
    return parse(text, undefined, (number) => (isSafeNumber(number) ? Number(number) : number));
  } catch {
    throw new HttpProblem('malformed_request', { detail: 'the body is not JSON' });
  }
}

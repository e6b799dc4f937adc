import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isSafeNumber, parse } from 'lossless-json';
import { HttpProblem } from './problem';

const JSON_TYPES = ['application/json'];
const BODY_TIMEOUT_MS = 30_000;
/** The rest of a body that nobody reads would stand before the next request on its connection. */
const unread = { connection: 'close' };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes its body as a raw stream, of any size that it counts itself. */
    streamsBody?: boolean;
  }
}

/** JSON bodies are parsed, except where the route takes the body as it comes; anything else only where it does. */
export function registerBodyParsers(server: FastifyInstance, maxBytes: number): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    JSON_TYPES,
    { bodyLimit: Number.MAX_SAFE_INTEGER },
    async (request: FastifyRequest, payload: NodeJS.ReadableStream) => {
      if (takesStream(request)) return payload;
      refusePacked(request);
      return parseJson(await readAll(payload, maxBytes));
    },
  );
  server.addContentTypeParser('*', async (request: FastifyRequest, payload: NodeJS.ReadableStream) => {
    if (takesStream(request)) return payload;
    throw new HttpProblem('unsupported_media_type', { detail: 'send application/json' });
  });
}

function takesStream(request: FastifyRequest): boolean {
  return request.routeOptions.config.streamsBody === true;
}

/**
 * Reads a body to its end; fails with `payload_too_large` as soon as it is larger, and with `request_timeout` after 30 s:
 * whoever sends a byte now and then would hold a place among the requests for as long as it likes.
 */
export async function readAll(payload: NodeJS.ReadableStream, maxBytes: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HttpProblem('request_timeout', { headers: unread })), BODY_TIMEOUT_MS);
  });
  try {
    return await Promise.race([collect(payload, maxBytes), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function collect(payload: NodeJS.ReadableStream, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of payload) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes)
      throw new HttpProblem('payload_too_large', {
        detail: `a body of at most ${maxBytes} bytes is read`,
        headers: unread,
      });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Only what is read as a stream is unpacked, where what comes out of it is counted. */
function refusePacked({ headers }: FastifyRequest): void {
  if ((headers['content-encoding'] ?? 'identity') === 'identity') return;
  throw new HttpProblem('unsupported_media_type', { detail: 'send JSON without Content-Encoding', headers: unread });
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

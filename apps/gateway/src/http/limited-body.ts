import { Readable } from 'node:stream';
import { HttpProblem } from './problem';

/** Closes the connection: the rest of a body that nobody reads would stand before the next request on it. */
export const closing = { connection: 'close' };

/** The bounds within which a body is read. */
export interface BodyLimits {
  maxBytes: number;
  /** Counted from the call on: a byte now and then would keep the body open for ever. */
  timeoutMs: number;
  /** Longest wait for the next byte. */
  silenceMs?: number;
  /** Is told of each chunk before it is kept; what it throws ends the reading. */
  onBytes?: (bytes: number) => void;
}

/** A body that brings no byte for so long is not waited for. */
const SILENCE_MS = 5_000;

/**
 * Reads a body to its end. Fails with `payload_too_large` as soon as it is larger, and with `request_timeout` once it took
 * too long, or brought nothing for 5 s.
 */
export async function readBody(
  body: Readable,
  { maxBytes, timeoutMs, silenceMs, onBytes }: BodyLimits,
): Promise<Buffer> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const lateness = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      const detail = `the body took longer than ${timeoutMs / 1_000} s`;
      reject(new HttpProblem('request_timeout', { detail, headers: closing }));
    }, timeoutMs);
  });
  const collect = async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of limitBody(body, maxBytes, silenceMs)) {
      // The caller has its answer: the rest is read over until the connection closes.
      if (isLate) continue;
      onBytes?.(chunk.length);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  };
  try {
    return await Promise.race([collect(), lateness]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Passes a body on as it comes. Fails with `payload_too_large` as soon as it is larger than `maxBytes`, and with
 * `request_timeout` where the client sends nothing while more is waited for.
 */
export async function* limitBody(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  silenceMs = SILENCE_MS,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of notSilent(body, silenceMs)) {
    size += chunk.length;
    if (size > maxBytes) {
      const detail = `a body of at most ${maxBytes} bytes is taken`;
      throw new HttpProblem('payload_too_large', { detail, headers: closing });
    }
    yield chunk;
  }
}

/** Counts only the time that is spent waiting for the client. */
async function* notSilent(body: AsyncIterable<Uint8Array>, silenceMs: number): AsyncGenerator<Uint8Array> {
  // A request that is refused is read over to its end: destroyed, it could not be.
  const chunks = body instanceof Readable ? body.iterator({ destroyOnReturn: false }) : body[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  const wait = () =>
    new Promise<never>((_, reject) => {
      const detail = `the body brought nothing for ${silenceMs / 1_000} s`;
      timer = setTimeout(() => reject(new HttpProblem('request_timeout', { detail, headers: closing })), silenceMs);
    });
  let isWaiting = false;
  try {
    for (;;) {
      isWaiting = true;
      const next = await Promise.race([chunks.next(), wait()]).finally(() => clearTimeout(timer));
      isWaiting = false;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // One that is silent ends with its connection.
    if (!isWaiting) await chunks.return?.();
  }
}

import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import type { SendFormat, SendKey } from '@sluice/contracts/catalogue/sends';
import type { SendRules } from '@sluice/contracts/send-rules';
import type { FastifyRequest } from 'fastify';
import { idempotencyKey } from '../http/idempotency-key';
import { HttpProblem } from '../http/problem';

/** All bodies that are being read or sent on take at most this much memory together, in bytes. */
const MAX_HELD_BYTES = 128 * 1024 * 1024;
/** Whoever sends a byte now and then would hold its place among the requests for as long as it likes. */
const BODY_TIMEOUT_MS = 60_000;
/** The rest of a body that nobody reads would stand before the next request on its connection. */
const unread = { connection: 'close' };
export const sendFormatsByType: Readonly<Record<string, SendFormat>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'text/csv': 'csv',
};

/** The body of a send, unpacked, and what it was sent as. */
export interface SendBody {
  format: SendFormat;
  bytes: Uint8Array;
}

/** Reads the bodies of sends, each as large as its API allows, and no more of them at a time than memory is set aside for. */
@Injectable()
export class SendBodies {
  private heldBytes = 0;

  /** Reads a body and works with it; its memory is given back afterwards. */
  async use<Result>(
    request: FastifyRequest,
    rules: SendRules,
    work: (body: SendBody) => Promise<Result>,
  ): Promise<Result> {
    const format = formatOf(request);
    const stream = unpacked(request);
    const chunks: Buffer[] = [];
    let size = 0;
    const late = setTimeout(() => stream.destroy(tooSlow()), BODY_TIMEOUT_MS);
    try {
      for await (const chunk of stream) {
        const bytes: Buffer = chunk;
        size += bytes.length;
        this.heldBytes += bytes.length;
        if (size > rules.maxBytes)
          throw new HttpProblem('payload_too_large', {
            detail: `a body of at most ${rules.maxBytes} bytes is taken`,
            headers: unread,
          });
        if (this.heldBytes > MAX_HELD_BYTES)
          throw new HttpProblem('overloaded', { detail: 'too much is being sent at once', headers: unread });
        chunks.push(bytes);
      }
      clearTimeout(late);
      return await work({ format, bytes: Buffer.concat(chunks) });
    } catch (error) {
      if (isBrokenPacking(error)) throw new HttpProblem('malformed_request', { detail: 'the body is not valid gzip' });
      throw error;
    } finally {
      clearTimeout(late);
      this.heldBytes -= size;
      stream.destroy();
    }
  }
}

/** What names a send: its key, and a hash of the body and of how it was sent. Null without a key. */
export function sendKey(request: FastifyRequest, body: SendBody, lenient: boolean): SendKey | null {
  const key = idempotencyKey(request);
  if (key === null) return null;
  const hash = createHash('sha256').update(`${body.format}\n${lenient}\n`).update(body.bytes);
  return { key, bodyHash: hash.digest('hex') };
}

function formatOf({ headers }: FastifyRequest): SendFormat {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  const format = sendFormatsByType[type.trim().toLowerCase()];
  if (format) return format;
  throw new HttpProblem('unsupported_media_type', {
    detail: `send ${Object.keys(sendFormatsByType).join(', ')}`,
    headers: {
      'accept-post': Object.keys(sendFormatsByType).join(', '),
    },
  });
}

function unpacked(request: FastifyRequest): Readable {
  const body = request.body as Readable;
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (coding === 'identity') return body;
  if (coding !== 'gzip')
    throw new HttpProblem('unsupported_media_type', {
      detail: 'send it plain or with Content-Encoding: gzip',
      headers: {
        'accept-encoding': 'gzip',
      },
    });
  const gunzip = createGunzip();
  body.on('error', (error) => gunzip.destroy(error));
  return body.pipe(gunzip);
}

function tooSlow(): HttpProblem {
  return new HttpProblem('request_timeout', {
    detail: `the body took longer than ${BODY_TIMEOUT_MS / 1_000} s`,
    headers: unread,
  });
}

function isBrokenPacking(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}

import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { type SendFormat, type SendKey, sendFormats } from '@sluice/contracts/catalogue/sends';
import { formatOfType, typesOf } from '@sluice/contracts/media-types';
import type { SendRules } from '@sluice/contracts/send-rules';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { Tally } from '@sluice/runtime/tally';
import type { FastifyRequest } from 'fastify';
import { closing, readBody } from '../http/limited-body';
import { waitForClient } from '../http/places';
import { HttpProblem } from '../http/problem';

/** All bodies that are being read or sent on take at most this much memory together, in bytes. */
const MAX_HELD_BYTES = 128 * 1024 * 1024;
/** Of this the bodies of one token take at most so much. */
const MAX_HELD_BYTES_EACH = MAX_HELD_BYTES / 4;
const BODY_TIMEOUT_MS = 60_000;
/** The body of a send, unpacked, and what it was sent as. */
export interface SendBody {
  format: SendFormat;
  bytes: Uint8Array;
}

/** Reads the bodies of sends, each as large as its API allows, and no more of them at a time than memory is set aside for. */
@Injectable()
export class SendBodies {
  private heldBytes = 0;
  private readonly heldByCallers = new Tally();

  /** Reads a body and works with it; its memory is given back afterwards. */
  async use<Result>(
    request: FastifyRequest,
    rules: SendRules,
    work: (body: SendBody) => Promise<Result>,
  ): Promise<Result> {
    const format = formatOf(request);
    const stream = unpacked(request);
    const caller = request.callerId ?? 'none';
    let size = 0;
    const onBytes = (bytes: number) => {
      size += bytes;
      this.hold(caller, bytes);
    };
    try {
      const limits = { maxBytes: rules.maxBytes, timeoutMs: BODY_TIMEOUT_MS, onBytes };
      const bytes = await waitForClient(request, () => readBody(stream, limits));
      return await work({ format, bytes });
    } catch (error) {
      if (isBrokenPacking(error)) throw new HttpProblem('malformed_request', { detail: 'the body is not valid gzip' });
      throw error;
    } finally {
      this.giveBack(caller, size);
      // The request itself stays open for its answer.
      if (stream !== request.body) stream.destroy();
    }
  }

  private hold(caller: string, bytes: number): void {
    this.heldBytes += bytes;
    this.heldByCallers.add(caller, bytes);
    if (this.heldBytes <= MAX_HELD_BYTES && this.heldByCallers.of(caller) <= MAX_HELD_BYTES_EACH) return;
    throw new HttpProblem('overloaded', { detail: 'too much is being sent at once', headers: closing });
  }

  private giveBack(caller: string, bytes: number): void {
    this.heldBytes -= bytes;
    this.heldByCallers.remove(caller, bytes);
  }
}

/** Names a send by its key, its token and a hash of the body and of how it was sent; null without a key. */
export function sendKey(
  key: string | null,
  sender: Verdict | undefined,
  { format, bytes }: SendBody,
  lenient: boolean,
): SendKey | null {
  if (key === null) return null;
  const hash = createHash('sha256').update(`${format}\n${lenient}\n`).update(bytes);
  return { key, sender: sender?.id ?? 'none', bodyHash: hash.digest('hex') };
}

function formatOf({ headers }: FastifyRequest): SendFormat {
  const format = formatOfType(headers['content-type'] ?? '', sendFormats);
  if (format) return format;
  const types = typesOf(sendFormats).join(', ');
  throw new HttpProblem('unsupported_media_type', { detail: `send ${types}`, headers: { 'accept-post': types } });
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

function isBrokenPacking(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}

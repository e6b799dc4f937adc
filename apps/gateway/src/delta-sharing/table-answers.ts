import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ServiceError } from '@sluice/messaging/service-error';
import type { FastifyReply } from 'fastify';
import { CAPABILITIES, type Capabilities } from './capabilities';
import { messageOf } from './sharing-problem';
import type { Line } from './table-lines';

const CONTENT_TYPE = 'application/x-ndjson; charset=utf-8';

/** Sends the lines of an answer about a table. */
@Injectable()
export class TableAnswers {
  /**
   * Sends lines whose files may have to be made first. A client that knows `endStreamAction` is sent each as it comes, and is told in
   * the last line of what failed behind the status; any other is answered once all are there, by a status that it understands.
   */
  async send(
    reply: FastifyReply,
    version: number,
    lines: AsyncIterable<Line> | Iterable<Line>,
    { endStreamAction }: Capabilities,
  ): Promise<void> {
    if (endStreamAction) {
      await head(reply, version, 'responseformat=parquet;includeendstreamaction=true').send(
        Readable.from(ended(lines)),
      );
      return;
    }
    const written: string[] = [];
    for await (const line of lines) {
      // Nobody waits for the files that are still to be made.
      if (reply.raw.destroyed) return;
      written.push(write(line));
    }
    await head(reply, version, 'responseformat=parquet').send(written.join(''));
  }

  /** Tells a version, and nothing else. */
  async sendVersion(reply: FastifyReply, version: number): Promise<void> {
    await head(reply, version, 'responseformat=parquet').send('');
  }
}

function head(reply: FastifyReply, version: number, capabilities: string): FastifyReply {
  return reply.headers({
    'content-type': CONTENT_TYPE,
    'cache-control': 'no-store',
    'delta-table-version': String(version),
    [CAPABILITIES]: capabilities,
  });
}

async function* ended(lines: AsyncIterable<Line> | Iterable<Line>): AsyncGenerator<string> {
  try {
    let expiresAt = Number.POSITIVE_INFINITY;
    for await (const line of lines) {
      for (const member of Object.values(line)) {
        if ('expirationTimestamp' in member) expiresAt = Math.min(expiresAt, Number(member.expirationTimestamp));
      }
      yield write(line);
    }
    yield write({ endStreamAction: Number.isFinite(expiresAt) ? { minUrlExpirationTimestamp: expiresAt } : {} });
  } catch (error) {
    const isOurs = error instanceof ServiceError;
    const errorMessage = isOurs ? messageOf(error) : 'the server failed';
    yield write({ endStreamAction: { errorMessage, ...(isOurs && { errorCode: error.code }) } });
  }
}

function write(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

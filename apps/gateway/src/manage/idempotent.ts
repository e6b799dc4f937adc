import { createHash } from 'node:crypto';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiHeader } from '@nestjs/swagger';
import { claimKey, type KeptAnswer, settleKey } from '@sluice/contracts/registry/idempotency';
import { Services } from '@sluice/messaging/services';
import { requestScope } from '@sluice/runtime/request-scope';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { idempotencyKeyField, readIdempotencyKey } from '../http/idempotency-key';
import { HttpProblem } from '../http/problem';

const HOLDS_SECRET = 'sluice:answer-holds-secret';
/** Larger answers are not kept: the same request is told that it was done. */
const MAX_KEPT_BYTES = 256 * 1024;
const keptHeaders = ['location', 'etag'] as const;

/**
 * Marks a creation that a caller may repeat: with the same `Idempotency-Key` it happens once, and is answered alike for 24
 * hours. An answer that shows a secret is not kept: repeating it says that it was shown.
 */
export function Idempotent({ holdsSecret = false } = {}): MethodDecorator {
  return applyDecorators(
    SetMetadata(HOLDS_SECRET, holdsSecret),
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({ ...idempotencyKeyField, required: false }),
  );
}

@Injectable()
class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly services: Services,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const sent = readIdempotencyKey(request);
    if (sent === null) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const holdsSecret = this.reflector.get<boolean>(HOLDS_SECRET, context.getHandler());
    return from(this.once(sent, request, reply, holdsSecret, () => lastValueFrom(next.handle())));
  }

  private async once(
    sent: string,
    request: FastifyRequest,
    reply: FastifyReply,
    holdsSecret: boolean,
    create: () => Promise<unknown>,
  ): Promise<unknown> {
    const key = hash(requestScope.getStore()?.actor?.id ?? '', request.method, request.url, sent);
    const { answer } = await this.services.request(claimKey, { key, bodyHash: bodyHash(request) });
    if (answer) return replayAnswer(reply, answer);
    let created: unknown;
    try {
      created = await create();
    } catch (error) {
      // It did nothing, or its outcome is unknown: a repetition is answered by what exists then.
      await this.services.request(settleKey, { key, answer: null }).catch(() => {});
      throw error;
    }
    await this.services
      .request(settleKey, { key, answer: keepAnswer(reply, holdsSecret ? null : created) })
      .catch(() => {});
    return created;
  }
}

function keepAnswer(reply: FastifyReply, created: unknown): KeptAnswer {
  const text = created === null ? null : JSON.stringify(created);
  const body = text !== null && Buffer.byteLength(text) <= MAX_KEPT_BYTES ? text : null;
  const headers = keptHeaders.flatMap((name) => {
    const value = reply.getHeader(name);
    return value === undefined ? [] : [[name, String(value)]];
  });
  return { status: reply.statusCode, headers: Object.fromEntries(headers), body };
}

function replayAnswer(reply: FastifyReply, { status, headers, body }: KeptAnswer): unknown {
  if (body === null)
    throw new HttpProblem('answer_not_kept', { detail: 'the request was carried out when it was first sent' });
  reply.status(status).headers({ ...headers, 'idempotency-replayed': 'true' });
  return JSON.parse(body);
}

/** Hashes the body; a streamed one is told apart by its head. */
function bodyHash({ body, headers, routeOptions }: FastifyRequest): string {
  const streams = routeOptions.config.streamsBody === true;
  return streams
    ? hash(headers['content-type'] ?? '', headers['content-length'] ?? '', headers['content-encoding'] ?? '')
    : hash(JSON.stringify(body) ?? '');
}

function hash(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

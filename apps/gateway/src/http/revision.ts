import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from './problem';

/** The revision that an If-Match header names (RFC 9110 section 13.1.1); 428 without one (RFC 6585 section 3). */
export const IfMatch = createParamDecorator((_data: unknown, context: ExecutionContext): number => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined) {
    throw new HttpProblem('revision_required', { detail: 'send the ETag of the last GET as If-Match' });
  }
  const revision = /^"(\d{1,15})"$/.exec(header)?.[1];
  if (revision === undefined)
    throw new HttpProblem('revision_mismatch', { detail: 'If-Match is not an ETag of this resource' });
  return Number(revision);
});

/** Documents that a route takes a revision. */
export function TakesRevision(): MethodDecorator {
  const description = 'The `ETag` of the last read: a change that was made from an older state is refused (412)';
  return ApiHeader({
    name: 'If-Match',
    required: true,
    description,
    schema: { type: 'string', pattern: '^"[0-9]{1,15}"$' },
  });
}

/** Answers with an entity and its revision as ETag. */
export function withRevision<Entity extends { revision: number }>(reply: FastifyReply, entity: Entity): Entity {
  reply.header('etag', `"${entity.revision}"`);
  return entity;
}

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Verdict } from '@sluice/contracts/tokens';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';

/** The verdict on the caller that a guard let pass. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): Verdict => {
  const { verdict } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!verdict) throw new HttpProblem('token_required');
  return verdict;
});

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AdminVerdict } from '@sluice/contracts/tokens/admin-verdicts';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { type Actor, requestScope } from '@sluice/runtime/request-scope';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';

declare module 'fastify' {
  interface FastifyRequest {
    /** The verdict on the access token of the request, once a guard let it pass. */
    verdict?: Verdict;
    /** The verdict on its admin key or session. */
    admin?: AdminVerdict;
    /** Why its admin key or session was refused, for the routes that need one. */
    refusal?: unknown;
    /** The caller as services are told of it. */
    actor?: Actor;
  }
}

/** Gives a handler the verdict on the admin that a guard let pass. */
export const CallingAdmin = createParamDecorator((_data: unknown, context: ExecutionContext): AdminVerdict => {
  const { admin } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!admin) throw new HttpProblem('admin_key_required');
  return admin;
});

/** Gives a handler the id of the session that the request was made in; a key has none. */
export const CallingSession = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const { admin } = context.switchToHttp().getRequest<FastifyRequest>();
  if (admin && isSession(admin)) return admin.id;
  const challenge = { 'www-authenticate': 'Bearer realm="sluice"' };
  throw new HttpProblem('admin_key_required', { detail: 'a key has no session: sign in', headers: challenge });
});

/** Makes the request the token's from here on. */
export function actAsToken(request: FastifyRequest, verdict: Verdict): void {
  request.verdict = verdict;
  act(request, { id: verdict.id, name: verdict.id, kind: 'token', address: request.ip });
}

/** Makes the request the admin's from here on. */
export function actAsAdmin(request: FastifyRequest, admin: AdminVerdict): void {
  request.admin = admin;
  const { id, adminId, name } = admin;
  const isPerson = isSession(admin) && adminId !== null;
  act(request, { id: isPerson ? adminId : id, name, kind: isPerson ? 'admin' : 'key', address: request.ip });
}

/** Makes the request that of a secret scanner from here on. */
export function actAsScanner(request: FastifyRequest, keyId: string): void {
  act(request, { id: keyId.slice(0, 100), name: 'secret scanner', kind: 'system', address: request.ip });
}

function isSession({ id }: AdminVerdict): boolean {
  return id.startsWith('ses_');
}

/** Tells services who asks. */
function act(request: FastifyRequest, actor: Actor): void {
  request.callerId = actor.id;
  request.actor = actor;
  const scope = requestScope.getStore();
  if (scope) scope.actor = actor;
}

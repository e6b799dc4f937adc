import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { AdminVerdict } from '@sluice/contracts/tokens/admin-verdicts';
import type { Role } from '@sluice/contracts/tokens/admins';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';
import { ACCESS_RULE, satisfies } from './access-rule';
import { AdminIdentity } from './admin-identity';
import { TokenOrKeyGuard } from './bearer.guard';
import { BrowserSessions } from './browser-sessions';

/** Lets an admin pass whose role is enough. Who asks was found out before the body was read. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly identity: AdminIdentity,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    // A cache in front keeps answers to cookies unless it is told not to (RFC 9111 section 3.5 spares only bearers).
    reply.header('cache-control', 'private, no-cache');
    if (request.refusal) throw request.refusal;
    if (!request.admin) await this.identity.authenticate(request, reply);
    const places = [context.getHandler(), context.getClass()];
    const rule = this.reflector.getAllAndOverride<Role | 'session'>(ACCESS_RULE, places);
    if (request.admin) expectRole(request.admin, rule);
    return request.admin !== undefined;
  }
}

/** Lets an admin of any role pass, and the holder of an access token. */
@Injectable()
export class TokenOrAdminGuard implements CanActivate {
  constructor(
    private readonly bearers: TokenOrKeyGuard,
    private readonly sessions: BrowserSessions,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!this.sessions.isOffered(request)) return Boolean(await this.bearers.canActivate(context));
    await this.sessions.admit(request);
    return true;
  }
}

/** Refuses an admin whose role is not enough. */
export function expectRole({ role }: Pick<AdminVerdict, 'role'>, needed: Role | 'session'): void {
  if (satisfies(role, needed)) return;
  throw new HttpProblem('role_required', { detail: `this needs the role ${needed}; yours is ${role}` });
}

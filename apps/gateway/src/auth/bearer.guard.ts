import type { Socket } from 'node:net';
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { AuthGuard } from '@nestjs/passport';
import type { ErrorCode } from '@sluice/contracts/errors';
import type { AdminVerdict } from '@sluice/contracts/tokens/admin-verdicts';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import type { Soon } from '@sluice/runtime/at-once';
import { hashSecret } from '@sluice/runtime/secret-format';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';
import { refuseForeignAddress } from '../limits/allowed-address';
import { Verdicts } from '../verdicts/verdicts';
import { ACCESS_TOKEN, ADMIN_KEY, type Credentials } from './bearer.strategies';
import { actAsAdmin, actAsToken } from './caller';

const MAX_HEADER_LENGTH = 512;
const DETAIL = 'send a valid one in the header: Authorization: Bearer …';

/** Lets the holder of a valid access token pass. */
@Injectable()
export class AccessTokenGuard extends AuthGuard(ACCESS_TOKEN) {
  /** The last credentials of each connection: they are mostly the same, and hashing costs more than all else here. */
  private readonly lastSent = new WeakMap<Socket, { authorization: string; secretHash: string }>();

  constructor(private readonly verdicts: Verdicts) {
    super();
  }

  /** Gives the verdict on the token of a request. One that is known to be good needs no strategy, and no waiting. */
  authenticate(request: FastifyRequest, reply: FastifyReply): Soon<Verdict> {
    const known = this.findKnown(request);
    if (!known) return this.verify(request, reply);
    actAs(request, known);
    return known;
  }

  private findKnown({ headers, raw }: FastifyRequest): Verdict | undefined {
    const { authorization } = headers;
    if (authorization === undefined) return undefined;
    const last = this.lastSent.get(raw.socket);
    if (last?.authorization === authorization) return this.verdicts.tokens.find(last.secretHash);
    const [, secret] = /^Bearer (slc_\w{1,64})$/.exec(authorization) ?? [];
    if (secret === undefined) return undefined;
    const secretHash = hashSecret(secret);
    this.lastSent.set(raw.socket, { authorization, secretHash });
    return this.verdicts.tokens.find(secretHash);
  }

  private async verify(request: FastifyRequest, reply: FastifyReply): Promise<Verdict> {
    await this.canActivate(new ExecutionContextHost([request, reply]));
    if (!request.verdict) throw new HttpProblem('token_required');
    return request.verdict;
  }

  override getRequest(context: ExecutionContext): Credentials {
    return headerOnly(context);
  }

  override handleRequest<User>(error: unknown, verdict: User, challenge: unknown, context: ExecutionContext): User {
    return admit(error, verdict, challenge, context, 'token_required');
  }
}

/** Lets the holder of a valid admin key pass. */
@Injectable()
export class AdminKeyGuard extends AuthGuard(ADMIN_KEY) {
  override getRequest(context: ExecutionContext): Credentials {
    return headerOnly(context);
  }

  override handleRequest<User>(error: unknown, verdict: User, challenge: unknown, context: ExecutionContext): User {
    return admit(error, verdict, challenge, context, 'admin_key_required');
  }
}

/** Lets the holder of a valid access token or admin key pass. */
@Injectable()
export class TokenOrKeyGuard extends AuthGuard([ACCESS_TOKEN, ADMIN_KEY]) {
  override getRequest(context: ExecutionContext): Credentials {
    return headerOnly(context);
  }

  override handleRequest<User>(error: unknown, verdict: User, challenges: unknown, context: ExecutionContext): User {
    const [challenge] = Array.isArray(challenges) ? challenges : [challenges];
    return admit(error, verdict, challenge, context, 'token_required');
  }
}

/**
 * The strategy would also take `access_token` from the query and the body, where logs and histories keep it: it gets
 * to see the header alone.
 */
function headerOnly(context: ExecutionContext): Credentials {
  const { headers, ip } = context.switchToHttp().getRequest<FastifyRequest>();
  const { authorization } = headers;
  if (authorization !== undefined && authorization.length > MAX_HEADER_LENGTH) {
    throw new HttpProblem('malformed_request', { detail: 'the Authorization header is too long' });
  }
  // Any number of spaces may stand behind the scheme (RFC 9110 section 11.4); the strategy knows of one.
  return { headers: { authorization: authorization?.replace(/^(bearer) +/i, '$1 ') }, ip };
}

/** Lets a caller pass, or refuses alike for every reason; only the challenge tells whether something was sent (RFC 6750 section 3.1). */
function admit<User>(
  error: unknown,
  verdict: User,
  challenge: unknown,
  context: ExecutionContext,
  code: ErrorCode,
): User {
  if (error) throw error;
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  if (!verdict) {
    const offered = typeof challenge === 'string' ? challenge : 'Bearer realm="sluice", error="invalid_request"';
    throw new HttpProblem(code, { detail: DETAIL, headers: { 'www-authenticate': offered } });
  }
  actAs(request, verdict as User & (Verdict | AdminVerdict));
  return verdict;
}

/** Makes the request that of the token or admin behind it. */
function actAs(request: FastifyRequest, verdict: Verdict | AdminVerdict): void {
  if ('role' in verdict) actAsAdmin(request, verdict);
  else {
    actAsToken(request, verdict);
    refuseForeignAddress(verdict, request.ip);
  }
}

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { AdminVerdict } from '@sluice/contracts/admin-verdicts';
import type { ErrorCode } from '@sluice/contracts/errors';
import type { Verdict } from '@sluice/contracts/tokens';
import { hashSecret } from '@sluice/runtime/secret-format';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';
import { refuseForeignAddress } from '../limits/allowed-address';
import { ACCESS_TOKEN, ADMIN_KEY, type Credentials } from './bearer.strategies';
import { actAsAdmin, actAsToken } from './caller';
import { Verdicts } from './verdicts';

const MAX_HEADER_LENGTH = 512;
const DETAIL = 'send a valid one in the header: Authorization: Bearer …';

/** Lets the holder of a valid access token pass. */
@Injectable()
export class AccessTokenGuard extends AuthGuard(ACCESS_TOKEN) {
  constructor(private readonly verdicts: Verdicts) {
    super();
  }

  /** A token that is known to be good needs no strategy, which would cost as much as all the rest of a hot page. */
  override canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    const [, secret] = /^Bearer (slc_\w+)$/.exec(headerOnly(context).headers.authorization ?? '') ?? [];
    const known = secret === undefined ? undefined : this.verdicts.tokens.known(hashSecret(secret));
    if (!known) return super.canActivate(context);
    pass(context.switchToHttp().getRequest<FastifyRequest>(), known);
    return true;
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
export class EitherGuard extends AuthGuard([ACCESS_TOKEN, ADMIN_KEY]) {
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
    throw new HttpProblem('malformed_request', 'the Authorization header is too long');
  }
  return { headers: { authorization }, ip };
}

/** One and the same answer to every refusal; only the challenge tells whether something was sent (RFC 6750 section 3.1). */
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
    throw new HttpProblem(code, DETAIL, { 'www-authenticate': offered });
  }
  pass(request, verdict as User & (Verdict | AdminVerdict));
  return verdict;
}

function pass(request: FastifyRequest, verdict: Verdict | AdminVerdict): void {
  if ('role' in verdict) actAsAdmin(request, verdict);
  else {
    actAsToken(request, verdict);
    refuseForeignAddress(verdict, request.ip);
  }
}

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';
import { FailureLimit } from '../limits/failure-limit';
import { expectRole } from './admin.guard';
import { AdminIdentity } from './admin-identity';
import { actAsScanner } from './caller';
import { ScannerKeys } from './scanner-keys';

const KEY_FIELD = 'github-public-key-identifier';
const SIGNATURE_FIELD = 'github-public-key-signature';

/** Lets an editor pass, and a secret scanner that signed the body. */
@Injectable()
export class ScannerGuard implements CanActivate {
  constructor(
    private readonly identity: AdminIdentity,
    private readonly keys: ScannerKeys,
    private readonly failures: FailureLimit,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    reply.header('cache-control', 'no-store');
    if (this.identity.isOffered(request)) {
      await this.identity.authenticate(request, reply);
      if (request.admin) expectRole(request.admin, 'editor');
      return request.admin !== undefined;
    }
    await this.expectSignature(request);
    return true;
  }

  private async expectSignature(request: FastifyRequest): Promise<void> {
    const { [KEY_FIELD]: keyId, [SIGNATURE_FIELD]: signature } = request.headers;
    const isGiven = typeof keyId === 'string' && typeof signature === 'string';
    if (isGiven && (await this.keys.isSigned(request.rawBody ?? Buffer.alloc(0), keyId, signature))) {
      actAsScanner(request, keyId);
      return;
    }
    this.failures.count(request.ip);
    throw new HttpProblem('admin_key_required', {
      detail: isGiven
        ? 'the signature is not that of a scanner that is known here'
        : 'send an admin key or a signature',
      headers: { 'www-authenticate': 'Bearer realm="sluice"' },
    });
  }
}

import { Injectable } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { hashSecret } from '@sluice/runtime/secret-format';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AdminVerdicts } from '../verdicts/admin-verdicts';
import { AdminKeyGuard } from './bearer.guard';
import { BrowserSessions } from './browser-sessions';

/** Finds out which admin a request is from: by the bearer key where one is sent, by the browser's session otherwise. */
@Injectable()
export class AdminIdentity {
  constructor(
    private readonly keys: AdminKeyGuard,
    private readonly sessions: BrowserSessions,
    private readonly verdicts: AdminVerdicts,
  ) {}

  /** Tells whether the request brings anything to know an admin by. */
  isOffered(request: FastifyRequest): boolean {
    return request.headers.authorization !== undefined || this.sessions.isOffered(request);
  }

  /** Makes the request that of its admin, or fails as every request without a good key or session does. */
  async authenticate(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.sessions.isOffered(request)) await this.sessions.admit(request);
    else await this.keys.canActivate(new ExecutionContextHost([request, reply]));
  }

  /** Tells whether the key or session of a request that was let pass is good still. Fails where nobody can tell. */
  async isStillGood(request: FastifyRequest): Promise<boolean> {
    if (this.sessions.isOffered(request)) return await this.sessions.isStillGood(request);
    const [, key = ''] = (request.headers.authorization ?? '').split(/ +/);
    return (await this.verdicts.keys.check(hashSecret(key))) !== null;
  }
}

import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { type AdminVerdict, verifySession } from '@sluice/contracts/tokens/admin-verdicts';
import { changePassword, getSession, type Session, signIn, signOut } from '@sluice/contracts/tokens/sessions';
import { Handles } from '@sluice/messaging/handles';
import { SessionHolders } from './session-holders';
import { SessionsService } from './sessions.service';

@Controller()
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly holders: SessionHolders,
  ) {}

  @Handles(signIn)
  start(request: RequestOf<typeof signIn>): Promise<ReplyOf<typeof signIn>> {
    return this.sessions.signIn(request);
  }

  @Handles(verifySession)
  verify(request: RequestOf<typeof verifySession>): Promise<AdminVerdict> {
    return this.holders.verify(request);
  }

  @Handles(getSession)
  get(request: RequestOf<typeof getSession>): Promise<Session> {
    return this.holders.get(request.sessionId);
  }

  @Handles(signOut)
  async end(request: RequestOf<typeof signOut>): Promise<Record<string, never>> {
    await this.sessions.signOut(request.sessionId);
    return {};
  }

  @Handles(changePassword)
  async changePassword(request: RequestOf<typeof changePassword>): Promise<Record<string, never>> {
    await this.sessions.changePassword(request);
    return {};
  }
}

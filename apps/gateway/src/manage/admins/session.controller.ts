import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  ChangePassword,
  changePassword,
  getSession,
  Session,
  SignIn,
  signIn,
  signOut,
} from '@sluice/contracts/tokens/sessions';
import { isRefusal } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { hashSecret, isSecret } from '@sluice/runtime/secret-format';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Access } from '../../auth/access';
import { BrowserSessions } from '../../auth/browser-sessions';
import { CallingSession } from '../../auth/caller';
import { expectSameOrigin } from '../../auth/same-origin';
import { Describes } from '../../docs/describes';
import { HttpProblem } from '../../http/problem';
import { networkOf } from '../../limits/client-address';

const NOT_CACHED = 'no-store';

/** Signing in and out, for the console. */
@ApiTags('session')
@Controller('manage/v1/session')
export class SessionController {
  constructor(
    private readonly services: Services,
    private readonly browsers: BrowserSessions,
  ) {}

  @Describes(
    'Sign in',
    'With email and password, or with an admin key. Sets the session’s cookie. Failures are counted by email and address; beyond them the answer is 429.',
    signIn,
  )
  @Post()
  @Access('public')
  @ApiCreatedResponse({ standardSchema: Session })
  async signIn(
    @Body({ schema: SignIn }) body: z.output<typeof SignIn>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    expectSameOrigin(request);
    const started = await this.start(body, networkOf(request.ip), this.browsers.markOf(request)).catch(
      (error: unknown) => {
        if (!isRefusal(error, signIn, 'sign_in_failed')) throw error;
        throw new HttpProblem('sign_in_failed', {
          detail: error.detail,
          headers: { 'www-authenticate': 'Bearer realm="sluice"' },
        });
      },
    );
    return this.browsers.begin(reply, started);
  }

  @Describes('Read the session', 'Who is signed in, and until when.', getSession)
  @Get()
  @Access('session')
  @ApiOkResponse({ standardSchema: Session })
  get(@CallingSession() sessionId: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Session> {
    reply.header('cache-control', NOT_CACHED);
    return this.services.request(getSession, { sessionId });
  }

  @Describes('Sign out', 'Ends the session on every gateway within a second.', signOut)
  @Delete()
  @Access('session')
  @HttpCode(204)
  @ApiNoContentResponse()
  async signOut(@CallingSession() sessionId: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.services.request(signOut, { sessionId });
    this.browsers.forget(reply);
  }

  @Describes('Change the own password', 'Ends every other session of the admin.', changePassword)
  @Post('password')
  @Access('session')
  @HttpCode(204)
  @ApiNoContentResponse()
  async changePassword(
    @CallingSession() sessionId: string,
    @Body({ schema: ChangePassword }) body: z.output<typeof ChangePassword>,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.services.request(changePassword, { ...body, sessionId, address: networkOf(request.ip) });
  }

  /** A key goes no further than this: what is asked about is its hash. */
  private start(
    { email = '', password = '', adminKey }: z.output<typeof SignIn>,
    address: string,
    browser: string | undefined,
  ) {
    if (adminKey === undefined) return this.services.request(signIn, { email, password, address, browser });
    // Text without a valid checksum has the hash of no key, too: it is counted like any other attempt.
    const text = isSecret(adminKey, 'sla') ? adminKey : '';
    return this.services.request(signIn, { keyHash: hashSecret(text), address, browser });
  }
}

import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { ReplyOf } from '@sluice/contracts/contract';
import {
  CompleteSetup,
  completeSetup,
  getSetup,
  ResetPassword,
  resetPassword,
  Session,
  SetupState,
} from '@sluice/contracts/tokens/sessions';
import { Services } from '@sluice/messaging/services';
import { hashSecret } from '@sluice/runtime/secret-format';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Access } from '../../auth/access';
import { BrowserSessions } from '../../auth/browser-sessions';
import { expectSameOrigin } from '../../auth/same-origin';
import { Describes } from '../../docs/describes';
import { networkOf } from '../../limits/client-address';

/** Routes of one-time links: they open the account of the owner, of an invited person, or of one who forgot the password. */
@ApiTags('session')
@Controller('manage/v1/setup')
@Access('public')
export class SetupController {
  constructor(
    private readonly services: Services,
    private readonly browsers: BrowserSessions,
  ) {}

  @Describes(
    'Tell whether there is an owner',
    'Answers everybody whether the owner’s account still has to be made.',
    getSetup,
  )
  @Get()
  @ApiOkResponse({ standardSchema: SetupState })
  get(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReplyOf<typeof getSetup>> {
    reply.header('cache-control', 'no-store');
    return this.services.request(getSetup, {});
  }

  @Describes(
    'Spend a set-up link',
    'Makes the account of the owner or of an invited person, and signs in.',
    completeSetup,
  )
  @Post()
  @ApiCreatedResponse({ standardSchema: Session })
  async complete(
    @Body({ schema: CompleteSetup }) { secret, ...person }: z.output<typeof CompleteSetup>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    expectSameOrigin(request);
    const setup = { ...person, secretHash: hashSecret(secret), address: networkOf(request.ip) };
    return this.browsers.begin(reply, await this.services.request(completeSetup, setup));
  }

  @Describes(
    'Spend a link for a new password',
    'Sets the password, ends every session of the admin, and signs in.',
    resetPassword,
  )
  @Post('password')
  @ApiCreatedResponse({ standardSchema: Session })
  async resetPassword(
    @Body({ schema: ResetPassword }) { secret, ...person }: z.output<typeof ResetPassword>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    expectSameOrigin(request);
    const reset = { ...person, secretHash: hashSecret(secret), address: networkOf(request.ip) };
    return this.browsers.begin(reply, await this.services.request(resetPassword, reset));
  }
}

import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { ReplyOf } from '@sluice/contracts/contract';
import { AdminId } from '@sluice/contracts/ids';
import { pageOf } from '@sluice/contracts/page';
import {
  Admin,
  getAdmin,
  InviteAdmin,
  InvitedAdmin,
  inviteAdmin,
  listAdmins,
  PasswordLink,
  removeAdmin,
  SetupLink,
  UpdateAdmin,
  updateAdmin,
} from '@sluice/contracts/tokens/admins';
import { createPasswordLink, createSetupLink } from '@sluice/contracts/tokens/sessions';
import { Services } from '@sluice/messaging/services';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Access } from '../../auth/access';
import { GATEWAY_CONFIG, type GatewayConfig } from '../../config/gateway-config';
import { IdPipe } from '../../http/id.pipe';
import { ListQuery, pageRequest } from '../../http/list-query';
import { IfMatch, withRevision } from '../../http/revision';

const adminId = new IdPipe(AdminId, 'admin_not_found');

@ApiTags('admins')
@Controller('manage/v1/admins')
@Access('viewer')
export class AdminsController {
  constructor(
    private readonly services: Services,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: pageOf(Admin) })
  list(@Query({ schema: ListQuery }) query: ListQuery): Promise<ReplyOf<typeof listAdmins>> {
    return this.services.request(listAdmins, pageRequest(query));
  }

  /** The answer is the only place where the link is ever seen. It is good for seven days; inviting again ends it. */
  @Access('owner')
  @Post('invites')
  @ApiCreatedResponse({ standardSchema: InvitedAdmin })
  async invite(
    @Body({ schema: InviteAdmin }) body: z.output<typeof InviteAdmin>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof InvitedAdmin>> {
    const { admin, secret } = await this.services.request(inviteAdmin, body);
    return { admin, ...this.oneTimeLink(reply, secret) };
  }

  /**
   * A link by which the admin chooses a new password: good once, for a day. The answer is the only place where it is ever
   * seen. Until it is used the old password works; then every session ends.
   */
  @Access('owner')
  @Post(':adminId/reset')
  @ApiCreatedResponse({ standardSchema: PasswordLink })
  async reset(
    @Param('adminId', adminId) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof PasswordLink>> {
    const { admin, secret } = await this.services.request(createPasswordLink, { adminId: id });
    return { admin, ...this.oneTimeLink(reply, secret, 'reset') };
  }

  /** The link of the owner's account, while there is no owner: for installations whose first key is at hand. */
  @Access('owner')
  @Post('setup-link')
  @ApiCreatedResponse({ standardSchema: SetupLink })
  async setupLink(@Res({ passthrough: true }) reply: FastifyReply): Promise<z.output<typeof SetupLink>> {
    return this.oneTimeLink(reply, (await this.services.request(createSetupLink, {})).secret);
  }

  @Get(':adminId')
  @ApiOkResponse({ standardSchema: Admin })
  async get(@Param('adminId', adminId) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Admin> {
    return withRevision(reply, await this.services.request(getAdmin, { adminId: id }));
  }

  @Access('owner')
  @Patch(':adminId')
  @ApiHeader({ name: 'If-Match', required: true })
  @ApiOkResponse({ standardSchema: Admin })
  async update(
    @Param('adminId', adminId) id: string,
    @IfMatch() revision: number,
    @Body({ schema: UpdateAdmin }) body: z.output<typeof UpdateAdmin>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Admin> {
    return withRevision(reply, await this.services.request(updateAdmin, { ...body, adminId: id, revision }));
  }

  @Access('owner')
  @Delete(':adminId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async remove(@Param('adminId', adminId) id: string): Promise<void> {
    await this.services.request(removeAdmin, { adminId: id });
  }

  /** Behind the `#` a browser keeps it to itself: it is in no log, and no `Referer` carries it on. */
  private oneTimeLink(
    reply: FastifyReply,
    secret: string,
    page: 'setup' | 'reset' = 'setup',
  ): z.output<typeof SetupLink> {
    reply.header('cache-control', 'no-store');
    return { secret, link: `${this.config.SLUICE_PUBLIC_URL}/console/${page}#${secret}` };
  }
}

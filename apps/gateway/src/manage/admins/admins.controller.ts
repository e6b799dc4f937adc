import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { ReplyOf } from '@sluice/contracts/contract';
import { AdminId } from '@sluice/contracts/ids';
import {
  ADMIN_SORTS,
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
import { Describes } from '../../docs/describes';
import { IdPipe } from '../../http/id.pipe';
import { searchQuery, searchRequestOf } from '../../http/list-query';
import { IfMatch, TakesRevision, withRevision } from '../../http/revision';

const ListAdminsQuery = searchQuery(ADMIN_SORTS);
const adminId = new IdPipe(AdminId, 'admin_not_found');

@ApiTags('admins')
@Controller('manage/v1/admins')
@Access('viewer')
export class AdminsController {
  constructor(
    private readonly services: Services,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Describes(
    'List admins',
    'The people who may manage this installation, or those that match, newest first unless sorted.',
    listAdmins,
  )
  @Get()
  @ApiOkResponse({ standardSchema: listAdmins.reply })
  list(
    @Query({ schema: ListAdminsQuery }) query: z.output<typeof ListAdminsQuery>,
  ): Promise<ReplyOf<typeof listAdmins>> {
    return this.services.request(listAdmins, searchRequestOf(query));
  }

  @Describes(
    'Invite an admin',
    'Makes a one-time link by which the person sets a password. The answer is the only place where it is ever seen; it is good for seven days, and inviting the same email again ends it.',
    inviteAdmin,
  )
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

  @Describes(
    'Make a link for a new password',
    'The link is good once, for a day, and the answer is the only place where it is ever seen. Until it is used the old password works; then every session of the admin ends.',
    createPasswordLink,
  )
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

  @Describes(
    'Make the link of the owner’s account',
    'For installations whose first key is at hand, while there is no owner. The next link ends the one before.',
    createSetupLink,
  )
  @Access('owner')
  @Post('setup-link')
  @ApiCreatedResponse({ standardSchema: SetupLink })
  async setupLink(@Res({ passthrough: true }) reply: FastifyReply): Promise<z.output<typeof SetupLink>> {
    return this.oneTimeLink(reply, (await this.services.request(createSetupLink, {})).secret);
  }

  @Describes('Read an admin', 'One admin, with the revision that a change has to name.', getAdmin)
  @Get(':adminId')
  @ApiOkResponse({ standardSchema: Admin })
  async get(@Param('adminId', adminId) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Admin> {
    return withRevision(reply, await this.services.request(getAdmin, { adminId: id }));
  }

  @Describes(
    'Change an admin',
    'Changes the name, role or state; what is absent stays. The last active owner stays one.',
    updateAdmin,
  )
  @Access('owner')
  @Patch(':adminId')
  @TakesRevision()
  @ApiOkResponse({ standardSchema: Admin })
  async update(
    @Param('adminId', adminId) id: string,
    @IfMatch() revision: number,
    @Body({ schema: UpdateAdmin }) body: z.output<typeof UpdateAdmin>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Admin> {
    return withRevision(reply, await this.services.request(updateAdmin, { ...body, adminId: id, revision }));
  }

  @Describes(
    'Remove an admin',
    'Removes the account with its keys and sessions; it counts on every gateway within a second.',
    removeAdmin,
  )
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

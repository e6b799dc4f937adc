import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { ReplyOf } from '@sluice/contracts/contract';
import { AdminId, AdminKeyId } from '@sluice/contracts/ids';
import { pageOf } from '@sluice/contracts/page';
import type { AdminVerdict } from '@sluice/contracts/tokens/admin-verdicts';
import {
  AdminKey,
  CreateAdminKey,
  CreatedAdminKey,
  createAdminKey,
  listAdminKeys,
  revokeAdminKey,
} from '@sluice/contracts/tokens/admins';
import { Services } from '@sluice/messaging/services';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Access } from '../../auth/access';
import { expectRole } from '../../auth/admin.guard';
import { CallingAdmin } from '../../auth/caller';
import { Describes } from '../../docs/describes';
import { IdPipe } from '../../http/id.pipe';
import { ListQuery, pageRequest } from '../../http/list-query';
import { Idempotent } from '../idempotent';

const adminId = new IdPipe(AdminId, 'admin_not_found');
const keyId = new IdPipe(AdminKeyId, 'admin_key_not_found');

/** Keys of one admin: their own business, and that of the owners. */
@ApiTags('admins')
@Controller('manage/v1/admins/:adminId/keys')
@Access('session')
export class AdminKeysController {
  constructor(private readonly services: Services) {}

  @Describes('List keys of an admin', 'One’s own keys, newest first; owners see everyone’s.', listAdminKeys)
  @Get()
  @ApiOkResponse({ standardSchema: pageOf(AdminKey) })
  list(
    @Param('adminId', adminId) id: string,
    @CallingAdmin() admin: AdminVerdict,
    @Query({ schema: ListQuery }) query: ListQuery,
  ): Promise<ReplyOf<typeof listAdminKeys>> {
    expectOwnOrOwner(admin, id);
    return this.services.request(listAdminKeys, { ...pageRequest(query), adminId: id });
  }

  @Describes(
    'Create an admin key',
    'A key may do what its admin may at that moment. The answer is the only place where the secret is ever seen.',
    createAdminKey,
  )
  @Idempotent({ holdsSecret: true })
  @Post()
  @ApiCreatedResponse({ standardSchema: CreatedAdminKey })
  create(
    @Param('adminId', adminId) id: string,
    @CallingAdmin() admin: AdminVerdict,
    @Body({ schema: CreateAdminKey }) body: z.output<typeof CreateAdminKey>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReplyOf<typeof createAdminKey>> {
    expectOwnOrOwner(admin, id);
    reply.header('cache-control', 'no-store');
    return this.services.request(createAdminKey, { ...body, adminId: id });
  }

  @Describes('Revoke an admin key', 'It counts on every gateway within a second.', revokeAdminKey)
  @Delete(':keyId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async revoke(
    @Param('adminId', adminId) id: string,
    @Param('keyId', keyId) key: string,
    @CallingAdmin() admin: AdminVerdict,
  ): Promise<void> {
    expectOwnOrOwner(admin, id);
    await this.services.request(revokeAdminKey, { adminId: id, keyId: key });
  }
}

/** The installation's own keys: the first one and those that were configured. */
@ApiTags('admins')
@Controller('manage/v1/admin-keys')
@Access('owner')
export class InstallationKeysController {
  constructor(private readonly services: Services) {}

  @Describes(
    'List keys of the installation',
    'The first key and those that were configured; they belong to no admin and may do what an owner may.',
    listAdminKeys,
  )
  @Get()
  @ApiOkResponse({ standardSchema: pageOf(AdminKey) })
  list(@Query({ schema: ListQuery }) query: ListQuery): Promise<ReplyOf<typeof listAdminKeys>> {
    return this.services.request(listAdminKeys, { ...pageRequest(query), adminId: null });
  }

  @Describes('Revoke a key of the installation', 'Ends it for good, a configured one as well.', revokeAdminKey)
  @Delete(':keyId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async revoke(@Param('keyId', keyId) key: string): Promise<void> {
    await this.services.request(revokeAdminKey, { adminId: null, keyId: key });
  }
}

function expectOwnOrOwner(admin: AdminVerdict, id: string): void {
  if (admin.adminId !== id) expectRole(admin, 'owner');
}

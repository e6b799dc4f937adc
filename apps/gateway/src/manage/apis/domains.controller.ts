import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { ReplyOf } from '@sluice/contracts/contract';
import { CreateDomain, createDomain, Domain, deleteDomain, listDomains } from '@sluice/contracts/registry/domains';
import { Services } from '@sluice/messaging/services';
import type { z } from 'zod';
import { Access } from '../../auth/access';
import { Describes } from '../../docs/describes';
import { Idempotent } from '../idempotent';

@ApiTags('domains')
@Controller('manage/v1/domains')
@Access('viewer')
export class DomainsController {
  constructor(private readonly services: Services) {}

  @Describes('List domains', 'The domains that APIs may be served under.', listDomains)
  @Get()
  @ApiOkResponse({ standardSchema: listDomains.reply })
  list(): Promise<ReplyOf<typeof listDomains>> {
    return this.services.request(listDomains, {});
  }

  @Describes('Add a domain', 'APIs may be served under it as soon as its DNS leads here.', createDomain)
  @Access('editor')
  @Idempotent()
  @Post()
  @ApiCreatedResponse({ standardSchema: Domain })
  create(@Body({ schema: CreateDomain }) body: z.output<typeof CreateDomain>): Promise<Domain> {
    return this.services.request(createDomain, body);
  }

  @Describes('Delete a domain', 'It is refused while an API is served under it.', deleteDomain)
  @Access('editor')
  @Delete(':name')
  @HttpCode(204)
  @ApiNoContentResponse()
  async delete(@Param('name') name: string): Promise<void> {
    await this.services.request(deleteDomain, { name });
  }
}

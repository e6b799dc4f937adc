import { Injectable } from '@nestjs/common';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Admission } from '../admission/admission';
import { AccessTokenGuard } from '../auth/bearer.guard';
import { searchOf } from '../http/search';
import { Limits } from '../limits/limits';
import { SharedTableRequests } from './shared-table-requests';
import { SharedTables } from './shared-tables';
import { readSharingAddress, type SharingAddress } from './sharing-address';
import { pageOfList } from './sharing-list';

/** Leads each request of Delta Sharing through the stages of a data request: authenticate, find, enter, limit, answer. */
@Injectable()
export class SharingRequests {
  constructor(
    private readonly tokens: AccessTokenGuard,
    private readonly admission: Admission,
    private readonly limits: Limits,
    private readonly shared: SharedTables,
    private readonly requests: SharedTableRequests,
  ) {}

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const verdict = await this.tokens.authenticate(request, reply);
    const address = readSharingAddress(request.url, request.method);
    this.admission.data.enter(verdict.id, request, reply);
    await this.limits.charge(verdict, reply);
    request.dataClass = 'description';
    if ('table' in address) {
      this.shared.share(address.share);
      const route = this.shared.find(verdict, address.schema, address.table);
      request.apiId = route.apiId;
      request.datasetId = route.datasetId;
      await this.requests.answer(request, reply, route, address.kind);
      return;
    }
    const answer = this.list(address, verdict, searchOf(request));
    await reply.headers({ 'cache-control': 'no-store' }).type('application/json; charset=utf-8').send(answer);
  }

  private list(address: Exclude<SharingAddress, { table: string }>, verdict: Verdict, search: string): object {
    if (address.kind === 'shares') return pageOfList(search, [this.shared.share()], ({ name }) => name);
    const share = this.shared.share(address.share);
    if (address.kind === 'share') return { share };
    if (address.kind === 'schemas') return pageOfList(search, this.shared.schemas(verdict), ({ name }) => name);
    const tables = this.shared.tables(verdict, address.kind === 'tables' ? address.schema : undefined);
    return pageOfList(search, tables, ({ schema, name }) => `${schema}\0${name}`);
  }
}

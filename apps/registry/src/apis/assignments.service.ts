import { Injectable } from '@nestjs/common';
import type { RequestOf } from '@sluice/contracts/contract';
import { MAX_API_TOKENS } from '@sluice/contracts/ids';
import { assignToken, unassignToken } from '@sluice/contracts/registry/apis';
import { getToken } from '@sluice/contracts/tokens/tokens';
import { refuse } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { ApiChanges } from '../serving/api-changes';
import { ApisStore } from '../stores/apis.store';
import { ApiEntries } from './api-entries';

/** They travel with the API's route in one message. */

/** Which tokens open which API. */
@Injectable()
export class AssignmentsService {
  constructor(
    private readonly store: ApisStore,
    private readonly changes: ApiChanges,
    private readonly entries: ApiEntries,
    private readonly services: Services,
  ) {}

  /** Assigning again changes nothing. A token that is revoked later stays assigned, and opens nothing. */
  async assign({ apiId, tokenId }: RequestOf<typeof assignToken>): Promise<Record<string, never>> {
    const token = await this.services.request(getToken, { tokenId });
    if (token.state === 'revoked')
      throw refuse(assignToken, 'invalid_request', 'The token is revoked, so that it would open nothing');
    const before = await this.store.find(apiId);
    if (!before) throw refuse(assignToken, 'api_not_found');
    const entry = this.entries.assigned(before, tokenId);
    const doc = (await this.store.assign(apiId, tokenId, MAX_API_TOKENS, entry)) ?? (await this.store.find(apiId));
    if (!doc) throw refuse(assignToken, 'api_not_found');
    if (!doc.tokenIds.includes(tokenId))
      throw refuse(assignToken, 'invalid_request', `An API has at most ${MAX_API_TOKENS} tokens`);
    if (doc.pendingRev) await this.changes.commit(doc);
    return {};
  }

  /** Resolves once it is durable, counted and announced, also when somebody else began it. */
  async unassign({ apiId, tokenId }: RequestOf<typeof unassignToken>): Promise<Record<string, never>> {
    const before = await this.store.find(apiId);
    if (!before) throw refuse(unassignToken, 'api_not_found');
    const entry = this.entries.unassigned(before, tokenId);
    const doc = (await this.store.unassign(apiId, tokenId, entry)) ?? (await this.store.find(apiId));
    if (!doc) throw refuse(unassignToken, 'api_not_found');
    if (doc.pendingRev) await this.changes.commit(doc);
    return {};
  }
}

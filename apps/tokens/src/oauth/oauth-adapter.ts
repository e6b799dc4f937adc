import type { Clock } from '@sluice/runtime/clock';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { CustomOIDCProviderError, InvalidGrant } from 'oidc-provider/lib/helpers/errors.js';
import type { OAuthModel } from '../stores/oauth-record-doc';
import type { OAuthRecordsStore } from '../stores/oauth-records.store';
import { callingNetwork } from './calling-network';

/** How long a client is kept that nobody has allowed anything. */
const UNUSED_CLIENT_SECONDS = 7 * 24 * 3_600;
/** What one network may have of each model before anybody is known: so many clients a day, so many questions that are open. */
const OF_NETWORK: Partial<Record<OAuthModel, number>> = { Client: 50, Interaction: 50 };
/** What all networks may have together. */
const OF_ALL: Partial<Record<OAuthModel, number>> = { Client: 10_000, Interaction: 10_000 };
/** Access tokens of one agent that have not expired: one who refreshes more often has to wait. */
const TOKENS_OF_AGENT = 10;

/**
 * Keeps records of one model in MongoDB (the library's "adapter"). What is stored opens nothing: ids that are secrets are
 * hashed, and stand in no payload. All of it is bounded, by network until somebody is known, by agent from then on.
 */
export class OAuthAdapter implements Adapter {
  constructor(
    private readonly model: OAuthModel,
    private readonly store: OAuthRecordsStore,
    private readonly clock: Clock,
    private readonly endGrant: (agentId: string) => Promise<void>,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn = UNUSED_CLIENT_SECONDS): Promise<void> {
    const { jti: _, ...kept } = payload;
    const address = callingNetwork.getStore();
    const createdAt = this.now();
    const expiresAt = new Date(createdAt.getTime() + expiresIn * 1_000);
    const { grantId: agentId } = payload;
    if (agentId !== undefined) await this.expectRoomOfAgent(agentId);
    else if (!(await this.store.find(this.model, id))) await this.expectRoom(address);
    await this.store.put(this.model, {
      id,
      payload: kept,
      createdAt,
      expiresAt,
      ...(agentId === undefined ? { address } : { agentId }),
    });
  }

  /** What has expired is not there: the library looks at the expiry of most records itself, with a tolerance. */
  async find(id: string): Promise<AdapterPayload | undefined> {
    const doc = await this.store.find(this.model, id);
    if (!doc || doc.expiresAt <= this.now()) return undefined;
    const consumed = doc.consumedAt && { consumed: Math.floor(doc.consumedAt.getTime() / 1_000) };
    return { ...doc.payload, ...(this.model !== 'Client' && { jti: id }), ...consumed };
  }

  /** Of two who use a code or a refresh token at a time one has stolen it: the agent ends, as it does where one comes later. */
  async consume(id: string): Promise<void> {
    if (await this.store.consume(this.model, id, this.now())) return;
    const record = await this.store.find(this.model, id);
    if (record?.agentId !== undefined) await this.endGrant(record.agentId);
    throw new InvalidGrant('it was used already');
  }

  /** Access tokens stay until they expire: by them gateways are told whose end it is, and each use asks for the agent. */
  async destroy(id: string): Promise<void> {
    if (this.model !== 'AccessToken') await this.store.remove(this.model, id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    if (this.model !== 'AccessToken') await this.store.removeOfAgent(this.model, grantId);
  }

  async findByUid(): Promise<undefined> {}

  async findByUserCode(): Promise<undefined> {}

  private async expectRoom(address: string | undefined): Promise<void> {
    const { [this.model]: each = 0 } = OF_NETWORK;
    const { [this.model]: all = 0 } = OF_ALL;
    const now = this.now();
    const [ofNetwork, ofAll] = await Promise.all([
      this.store.count(this.model, { address }, now, each),
      this.store.count(this.model, {}, now, all),
    ]);
    if (ofNetwork >= each || ofAll >= all) throw tooMany('too many from this network: try again later');
  }

  private async expectRoomOfAgent(agentId: string): Promise<void> {
    if (this.model !== 'AccessToken') return;
    const count = await this.store.count(this.model, { agentId }, this.now(), TOKENS_OF_AGENT);
    if (count >= TOKENS_OF_AGENT) throw tooMany('refresh less often: an access token is good for ten minutes');
  }

  private now(): Date {
    return new Date(this.clock.wallMs());
  }
}

/** Refuses with 429, which OAuth has no code of its own for (RFC 6749 section 5.2 has 400). */
function tooMany(detail: string): CustomOIDCProviderError {
  const error = new CustomOIDCProviderError('temporarily_unavailable', detail);
  return Object.assign(error, { status: 429, statusCode: 429 });
}

import { Inject, Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { MCP_SCOPE, type serveOAuth } from '@sluice/contracts/tokens/oauth';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import inject from 'light-my-request';
import { LRUCache } from 'lru-cache';
import type { Adapter, Provider } from 'oidc-provider';
import { AgentsService } from '../agents/agents.service';
import { TOKENS_CONFIG, type TokensConfig } from '../config/tokens-config';
import { CursorKeyStore } from '../cursor-key/cursor-key.store';
import { oauthModels } from '../stores/oauth-record-doc';
import { OAuthRecordsStore } from '../stores/oauth-records.store';
import { callingNetwork } from './calling-network';
import { FetchLimit } from './fetch-limit';
import { GrantsAdapter, NoRecords } from './grants-adapter';
import { guardedFetch, isPublicAddress } from './guarded-fetch';
import { OAuthAdapter } from './oauth-adapter';
import { serverKeys } from './server-keys';

/** Issuers are the public addresses of gateways, which are mostly one. */
const MAX_ISSUERS = 4;

/** The authorization server: it keeps nothing but what is in MongoDB, so that any replica answers any request. */
@Injectable()
export class OAuthService {
  private readonly fetches = new FetchLimit();
  private readonly providers = new LRUCache<string, Provider>({ max: MAX_ISSUERS });

  constructor(
    private readonly keys: CursorKeyStore,
    private readonly records: OAuthRecordsStore,
    private readonly agents: AgentsService,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TOKENS_CONFIG) private readonly config: TokensConfig,
  ) {}

  /** Answers one HTTP request as the library does, in this process. */
  async serve({
    issuer,
    address,
    method,
    path,
    headers,
    body,
  }: RequestOf<typeof serveOAuth>): Promise<ReplyOf<typeof serveOAuth>> {
    const provider = await this.providerOf(issuer);
    const { host, protocol } = new URL(issuer);
    // The injection begins where it is waited for.
    const answer = await callingNetwork.run(
      address,
      async () =>
        await inject(provider.callback(), {
          method,
          url: withScope(path, issuer),
          headers: { ...headers, host, 'x-forwarded-host': host, 'x-forwarded-proto': protocol.slice(0, -1) },
          payload: body,
        }),
    );
    const told = Object.entries(answer.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((each): [string, string] => [name, String(each)]),
    );
    return { status: answer.statusCode, headers: told, body: answer.payload };
  }

  /** Gives the authorization server of an issuer, with the keys that count now. */
  async providerOf(issuer: string): Promise<Provider> {
    const stored = await this.keys.findAll(new Date(this.clock.wallMs()));
    const name = [issuer, stored.signing, ...stored.others].join(' ');
    const known = this.providers.get(name);
    if (known) return known;
    // Loaded when somebody needs it: a tenth of a second of a processor, and some memory.
    const { makeProvider } = await import('./make-provider.js');
    const mayConnect = this.config.SLUICE_OAUTH_PRIVATE_CLIENTS ? () => true : isPublicAddress;
    const provider = makeProvider({
      issuer,
      keys: serverKeys(stored),
      adapter: (model) => this.adapterOf(model),
      fetch: guardedFetch(mayConnect),
      mayFetch: () => this.fetches.take(callingNetwork.getStore() ?? ''),
      isGood: async (agentId) => (await this.agents.findGood(agentId)) !== null,
    });
    this.providers.set(name, provider);
    return provider;
  }

  private adapterOf(name: string): Adapter {
    if (name === 'Grant') return new GrantsAdapter(this.agents);
    const model = oauthModels.find((each) => each === name);
    if (!model) return new NoRecords();
    return new OAuthAdapter(model, this.records, this.clock, (agentId) => this.agents.endByItself(agentId));
  }
}

/** There is one scope, whatever is asked for (RFC 6749 section 3.3); the answer tells it. */
function withScope(path: string, issuer: string): string {
  const url = new URL(path, issuer);
  if (url.pathname !== '/oauth/authorize') return path;
  url.searchParams.set('scope', MCP_SCOPE);
  return `${url.pathname}${url.search}`;
}

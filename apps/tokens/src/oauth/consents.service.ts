import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import type { ToldClient } from '@sluice/contracts/tokens/agents';
import {
  answerConsent,
  type ChosenToken,
  type Consent,
  getConsent,
  offerToken,
} from '@sluice/contracts/tokens/consents';
import { resourceOf } from '@sluice/contracts/tokens/oauth';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { newId } from '@sluice/runtime/ids';
import { auditedRequest } from '@sluice/storage/audit-entry';
import { AuditTrail } from '@sluice/storage/audit-trail';
import type { Interaction, Provider } from 'oidc-provider';
import { addressSubject } from '../sessions/failure-subjects';
import { Failures } from '../sessions/failures';
import { AGENT_SECONDS, AGENTS, type AgentDoc, agentTermsOf } from '../stores/agent-doc';
import { AgentsStore } from '../stores/agents.store';
import { OAuthRecordsStore } from '../stores/oauth-records.store';
import { remainingMs, type TokenDoc, tokenState } from '../stores/token-doc';
import { TokensStore } from '../stores/tokens.store';
import { isLoopback } from './client-rules';
import { OAuthService } from './oauth.service';

type Asked = Pick<RequestOf<typeof getConsent>, 'issuer' | 'uid' | 'cookies'>;
/** A client that somebody has allowed something is kept for so long. */
const USED_CLIENT_MS = 90 * 24 * 3_600_000;

/** Questions of applications whether they may read, and their answers. */
@Injectable()
export class ConsentsService {
  constructor(
    private readonly oauth: OAuthService,
    private readonly tokens: TokensStore,
    private readonly agents: AgentsStore,
    private readonly records: OAuthRecordsStore,
    private readonly failures: Failures,
    private readonly trail: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async get(asked: Asked): Promise<Consent> {
    const { interaction, provider } = await this.find(asked);
    return {
      client: await this.clientOf(provider, interaction),
      expiresAt: new Date(interaction.exp * 1_000).toISOString(),
    };
  }

  async offer({ token, ...asked }: RequestOf<typeof offerToken>): Promise<ReplyOf<typeof offerToken>> {
    await this.find(asked);
    const { _id, name } = await this.choose(token);
    return { tokenId: _id, name };
  }

  /** The agent is there before the code is: what a code can be changed for is decided here. */
  async answer({ allow, ...asked }: RequestOf<typeof answerConsent>): Promise<ReplyOf<typeof answerConsent>> {
    const { interaction, provider } = await this.find(asked);
    if (allow) {
      const token = await this.choose(allow.token);
      const secretHash = 'secretHash' in allow.token ? allow.token.secretHash : token.secretHash;
      const client = await this.clientOf(provider, interaction);
      const agentId = await this.connect(token, allow.token, {
        secretHash,
        client,
        apiIds: allow.apiIds,
        resource: resourceOf(asked.issuer),
      });
      interaction.result = { login: { accountId: agentId, remember: false }, consent: { grantId: agentId } };
    } else {
      interaction.result = { error: 'access_denied', error_description: 'the person said no' };
    }
    await interaction.save(interaction.exp - Math.floor(this.clock.wallMs() / 1_000));
    return { location: interaction.returnTo };
  }

  private async connect(
    token: TokenDoc,
    chosen: ChosenToken,
    terms: Pick<AgentDoc, 'apiIds' | 'client' | 'resource' | 'secretHash'>,
  ): Promise<string> {
    const wallMs = this.clock.wallMs();
    const { _id: tokenId, name } = token;
    const { actor: asking, requestId } = auditedRequest();
    // Whoever pastes a secret is known by it alone.
    const actor = 'tokenId' in chosen ? asking : { id: tokenId, name, kind: 'token' as const, address: chosen.address };
    const doc: AgentDoc = {
      _id: newId('agt', wallMs),
      tokenId,
      ...terms,
      madeBy: { id: actor.id, name: actor.name, kind: actor.kind },
      createdAt: new Date(wallMs),
      expiresAt: new Date(wallMs + AGENT_SECONDS * 1_000),
    };
    if (!(await this.agents.insert(doc)))
      throw refuse(answerConsent, 'too_many_agents', 'end one on the page of the token, or take another token');
    await this.records.keepClient(terms.client.id, new Date(wallMs + USED_CLIENT_MS));
    const entry = this.trail.entry({
      action: 'token.updated',
      resource: { id: tokenId, name },
      before: {},
      after: { agent: agentTermsOf(doc) },
      by: { actor, requestId },
    });
    const recorded = await this.agents.record(doc._id, entry);
    if (recorded) await this.trail.settle(AGENTS, recorded);
    return doc._id;
  }

  /** Finds the token, if it is good. A secret counts as a failure before it is looked at, as a password does. */
  private async choose(chosen: ChosenToken): Promise<TokenDoc> {
    if ('tokenId' in chosen) return this.expectGood(await this.tokens.find(chosen.tokenId), '/tokenId');
    const subjects = [addressSubject(chosen.address)];
    const wait = await this.failures.begin(subjects);
    if (wait) throw refuse(offerToken, 'too_many_failures', wait.detail, [], wait.seconds);
    const token = this.expectGood(await this.tokens.findBySecret(chosen.secretHash), '/secret', chosen.secretHash);
    await this.failures.succeeded(subjects);
    return token;
  }

  private expectGood(token: TokenDoc | null, pointer: string, secretHash = token?.secretHash ?? ''): TokenDoc {
    const wallMs = this.clock.wallMs();
    const left = token && (remainingMs(token, secretHash, wallMs) ?? 1);
    if (token && left !== null && left > 0 && tokenState(token, wallMs) === 'active') return token;
    const detail = 'this is no access token that is good now';
    throw refuse(offerToken, 'invalid_request', undefined, [{ in: 'body', pointer, code: 'token_not_active', detail }]);
  }

  /** The cookie is signed, and names the question that this browser was asked. */
  private async find({ issuer, uid, cookies }: Asked): Promise<{ interaction: Interaction; provider: Provider }> {
    const provider = await this.oauth.providerOf(issuer);
    const request = new IncomingMessage(new Socket());
    request.headers.cookie = cookies;
    const interaction = await provider.interactionDetails(request, new ServerResponse(request)).catch(() => null);
    if (interaction?.uid !== uid || interaction.result) {
      const detail =
        'it was answered, it has expired, or it was begun in another browser: begin again in the application';
      throw refuse(getConsent, 'consent_not_found', detail);
    }
    return { interaction, provider };
  }

  private async clientOf(provider: Provider, { params }: Interaction): Promise<ToldClient> {
    const client = await provider.Client.find(String(params.client_id));
    if (!client)
      throw refuse(getConsent, 'consent_not_found', 'the application is no longer registered: begin again there');
    const redirectUri = String(params.redirect_uri);
    const { host, hostname } = new URL(redirectUri);
    return {
      id: client.clientId,
      name: client.clientName ?? client.clientId,
      redirectHost: isLoopback(redirectUri) ? hostname : host,
    };
  }
}

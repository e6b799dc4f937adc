import { Inject, Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import {
  endLink,
  type LinkTerms,
  lendToken,
  type listLinks,
  MAX_LINKS,
  recordLink,
} from '@sluice/contracts/tokens/links';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { newId } from '@sluice/runtime/ids';
import { auditedRequest } from '@sluice/storage/audit-entry';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { LINKS, type LinkDoc, linkOf, termsOf } from '../stores/link-doc';
import { LinksStore } from '../stores/links.store';
import { TokenChanges } from '../stores/token-changes';
import { livingSecretsOf, type TokenDoc, tokenState } from '../stores/token-doc';
import { TokensStore } from '../stores/tokens.store';

const TOO_MANY = `The token has ${MAX_LINKS} links that have not expired, ended ones among them: ask for shorter lives, take another token, or rotate it, which ends them all`;

/** The rules of links: noted when they are made, and ended one by one. Their addresses are never here. */
@Injectable()
export class LinksService {
  constructor(
    private readonly tokens: TokensStore,
    private readonly store: LinksStore,
    private readonly changes: TokenChanges,
    private readonly trail: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** For a caller who has the secret: what he reads by himself is in no audit log, and nor is his link. */
  async record({ secretHash, link }: RequestOf<typeof recordLink>): Promise<ReplyOf<typeof recordLink>> {
    const token = await this.tokens.findBySecret(secretHash);
    if (!token) throw refuse(recordLink, 'token_unknown');
    const doc = this.draft(token, secretHash, link);
    if (!(await this.store.insert(doc))) throw refuse(recordLink, 'too_many_links', TOO_MANY);
    return { linkId: doc._id };
  }

  /** For an editor, who sees no secret: only an active token has links, and the audit log has them before they are there. */
  async lend({ tokenId, link }: RequestOf<typeof lendToken>): Promise<ReplyOf<typeof lendToken>> {
    const token = await this.tokens.find(tokenId);
    if (!token) throw refuse(lendToken, 'token_not_found');
    const state = tokenState(token, this.clock.wallMs());
    if (state !== 'active') {
      const detail = `The token is ${state}: choose another one`;
      throw refuse(lendToken, 'invalid_request', undefined, [
        { in: 'body', pointer: '/tokenId', code: 'token_not_active', detail },
      ]);
    }
    const doc = this.draft(token, token.secretHash, link);
    if (!(await this.store.insert(doc))) throw refuse(lendToken, 'too_many_links', TOO_MANY);
    const entry = this.entry(token, {}, { link: termsOf(doc) });
    const recorded = await this.store.record(doc._id, entry);
    if (recorded) await this.trail.settle(LINKS, recorded);
    return { secretHash: token.secretHash, linkId: doc._id };
  }

  async list(request: RequestOf<typeof listLinks>): Promise<ReplyOf<typeof listLinks>> {
    const now = new Date(this.clock.wallMs());
    const tokens = await this.tokens.findAll(request.tokenIds);
    const secretHashes = tokens.flatMap((token) => livingSecretsOf(token, now.getTime()));
    const { docs, page } = await this.store.living(request, secretHashes, now);
    return { data: docs.map(linkOf), page };
  }

  /** Resolves once the end is durable, counted and announced, also when somebody else began it. */
  async end({ tokenId, linkId }: RequestOf<typeof endLink>): Promise<ReplyOf<typeof endLink>> {
    const [token, before] = await Promise.all([this.tokens.find(tokenId), this.store.find(linkId, tokenId)]);
    if (!token || !before) throw refuse(endLink, 'link_not_found');
    const entry = this.entry(token, { link: termsOf(before) }, {});
    const ended = await this.store.end(linkId, new Date(this.clock.wallMs()), entry);
    const doc = ended ?? (await this.store.find(linkId, tokenId));
    if (doc?.pendingRev) await this.changes.links.commit(doc);
    return {};
  }

  private draft(token: TokenDoc, secretHash: string, { expiresAt, ...terms }: LinkTerms): LinkDoc {
    const wallMs = this.clock.wallMs();
    const { id, name, kind } = auditedRequest().actor;
    return {
      _id: newId('lnk', wallMs),
      ...terms,
      tokenId: token._id,
      secretHash,
      madeBy: { id, name: kind === 'token' ? token.name : name, kind },
      createdAt: new Date(wallMs),
      expiresAt: new Date(expiresAt),
    };
  }

  private entry({ _id, name }: TokenDoc, before: object, after: object) {
    return this.trail.entry({ action: 'token.updated', resource: { id: _id, name }, before, after });
  }
}

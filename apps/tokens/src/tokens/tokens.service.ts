import { Inject, Injectable } from '@nestjs/common';
import type { AuditAction } from '@sluice/contracts/audit';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import type { Fault } from '@sluice/contracts/fault';
import type { Leak, reportLeak } from '@sluice/contracts/tokens/leaks';
import { noLimits, withoutUnset } from '@sluice/contracts/tokens/token-limits';
import {
  getToken,
  issueToken,
  type listTokens,
  type recordTokenUse,
  revokeToken,
  rotateToken,
  type Token,
  updateToken,
  type Verdict,
  verifyToken,
} from '@sluice/contracts/tokens/tokens';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { newId } from '@sluice/runtime/ids';
import { newSecret } from '@sluice/runtime/new-secret';
import { requestScope } from '@sluice/runtime/request-scope';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { storedSecret } from '../secrets/secret';
import { LinksStore } from '../stores/links.store';
import { TokenChanges } from '../stores/token-changes';
import { limitsOf, remainingMs, type TokenDoc, tokenOf, tokenState } from '../stores/token-doc';
import { type TokenChange, TokensStore } from '../stores/tokens.store';
import { changedLimits, limitFaults } from './limit-rules';

/** The rules of access tokens: issued once, known by hash, ended for good. */
@Injectable()
export class TokensService {
  constructor(
    private readonly store: TokensStore,
    private readonly links: LinksStore,
    private readonly changes: TokenChanges,
    private readonly trail: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The only time that the secret leaves; the token works everywhere once this resolves. */
  async issue(request: RequestOf<typeof issueToken>): Promise<ReplyOf<typeof issueToken>> {
    const wallMs = this.clock.wallMs();
    const expiresAt = dateOf(request.expiresAt);
    const limits = changedLimits(noLimits, request.limits ?? null);
    const faults = [...this.expiryFaults(expiresAt), ...limitFaults(limits)];
    if (faults.length > 0) throw refuse(issueToken, 'invalid_request', undefined, faults);
    const secret = newSecret('slc');
    const token = {
      _id: newId('tok', wallMs),
      name: request.name,
      description: request.description,
      ...storedSecret(secret),
      limits: withoutUnset(limits),
      expiresAt,
      revokedAt: null,
      createdBy: requestScope.getStore()?.actor?.name ?? null,
      createdAt: new Date(wallMs),
    };
    const entry = this.entry('token.issued', null, { ...token, revision: 1 });
    const doc = await this.unlessNameTaken(this.store.insert({ ...token, pendingAudit: [entry] }), (taken) =>
      refuse(issueToken, 'name_taken', undefined, taken),
    );
    await this.changes.tokens.commit(doc);
    return { token: this.present(doc), secret };
  }

  async get(tokenId: string): Promise<Token> {
    const doc = await this.store.find(tokenId);
    if (!doc) throw refuse(getToken, 'token_not_found');
    return this.present(doc);
  }

  async list(request: RequestOf<typeof listTokens>): Promise<ReplyOf<typeof listTokens>> {
    const { docs, page } = await this.store.search(request, new Date(this.clock.wallMs()));
    return { data: docs.map((doc) => this.present(doc)), page };
  }

  /** Only a token that is not revoked can be changed; `expiresAt: null` lets it live without end. */
  async update(request: RequestOf<typeof updateToken>): Promise<Token> {
    const before = await this.store.find(request.tokenId);
    if (!before) throw refuse(updateToken, 'token_not_found');
    if (before.revision !== request.revision) throw refuse(updateToken, 'revision_mismatch');
    if (before.revokedAt) throw refuse(updateToken, 'invalid_request', 'A revoked token cannot be changed');
    const { expiresAt } = request;
    const change = {
      name: request.name ?? before.name,
      description: request.description ?? before.description,
      expiresAt: expiresAt === undefined ? before.expiresAt : dateOf(expiresAt),
      disabled: request.disabled ?? before.disabled,
      limits: withoutUnset(changedLimits(limitsOf(before), request.limits)),
    };
    const faults = [...(expiresAt ? this.expiryFaults(change.expiresAt) : []), ...limitFaults(change.limits)];
    if (faults.length > 0) throw refuse(updateToken, 'invalid_request', undefined, faults);
    const entry = this.entry('token.updated', before, change);
    const doc = await this.unlessNameTaken(this.store.update(before._id, before.revision, change, entry), (taken) =>
      refuse(updateToken, 'name_taken', undefined, taken),
    );
    if (!doc) throw refuse(updateToken, 'revision_mismatch');
    await this.changes.tokens.commit(doc);
    return this.present(doc);
  }

  /**
   * A new secret; the one before works on for the grace, and one that was in its grace already ends. Two rotations at a
   * time would end the secret that one of them has just handed out: the second is refused.
   */
  async rotate(request: RequestOf<typeof rotateToken>): Promise<ReplyOf<typeof rotateToken>> {
    const before = await this.store.find(request.tokenId);
    if (!before) throw refuse(rotateToken, 'token_not_found');
    if (before.revokedAt) throw refuse(rotateToken, 'invalid_request', 'A revoked token cannot be rotated');
    const { secretHash, hint, former, revision } = before;
    const secret = newSecret('slc');
    const endsAt = new Date(this.clock.wallMs() + request.graceSeconds * 1_000);
    const change =
      request.graceSeconds > 0
        ? { former: { secretHash, hint, endsAt }, endedHash: former?.secretHash ?? null }
        : { former: null, endedHash: secretHash };
    const rotated = { ...storedSecret(secret), ...change };
    const doc = await this.store.update(before._id, revision, rotated, this.entry('token.rotated', before, rotated));
    if (!doc) throw refuse(rotateToken, 'revision_mismatch');
    const rev = await this.changes.tokens.commit(doc);
    return { token: this.present(doc), secret, rev };
  }

  /**
   * Resolves once the revocation is durable, counted and announced, also when somebody else began it. `leak` says where a
   * secret was found, if that is why.
   */
  async revoke(tokenId: string, leak?: Leak): Promise<ReplyOf<typeof revokeToken>> {
    for (;;) {
      const before = await this.store.find(tokenId);
      if (!before) throw refuse(revokeToken, 'token_not_found');
      const change = { revokedAt: new Date(this.clock.wallMs()), ...(leak && { leak }) };
      const entry = this.entry('token.revoked', before, change);
      const doc = before.revokedAt ? before : await this.store.revoke(tokenId, before.revision, change, entry);
      // Somebody changed it meanwhile: it is revoked as it is then.
      if (!doc) continue;
      const rev = doc.pendingRev ? await this.changes.tokens.commit(doc) : await this.changes.current();
      return { token: this.present(doc), rev };
    }
  }

  /** Ends a secret that was found in public: the token with its own, of a rotated one only the former. */
  async endLeaked(secretHash: string, leak: Leak): Promise<ReplyOf<typeof reportLeak>> {
    for (;;) {
      const before = await this.store.findBySecret(secretHash);
      if (!before) return { isKnown: false, rev: null };
      if (before.secretHash === secretHash || before.revokedAt) {
        return { isKnown: true, rev: (await this.revoke(before._id, leak)).rev };
      }
      const change = { former: null, endedHash: secretHash, leak };
      const entry = this.entry('token.updated', before, change);
      const doc = await this.store.update(before._id, before.revision, change, entry);
      if (doc) return { isKnown: true, rev: await this.changes.tokens.commit(doc) };
    }
  }

  async recordUse({ uses }: RequestOf<typeof recordTokenUse>): Promise<ReplyOf<typeof recordTokenUse>> {
    await this.store.used(uses);
    return {};
  }

  /** The change number is read first: a change that it does not cover may or may not be in the verdict. */
  async verify(secretHash: string): Promise<Verdict> {
    const asOf = await this.changes.current();
    const wallMs = this.clock.wallMs();
    const [doc, endedLinks] = await Promise.all([
      this.store.findBySecret(secretHash),
      this.links.ended(secretHash, new Date(wallMs)),
    ]);
    if (!doc) throw refuse(verifyToken, 'token_unknown');
    const state = tokenState(doc, wallMs);
    if (state !== 'active') throw refuse(verifyToken, `token_${state}`);
    const remaining = remainingMs(doc, secretHash, wallMs);
    if (remaining !== null && remaining <= 0) throw refuse(verifyToken, 'token_expired');
    const limits = limitsOf(doc);
    const limited = Object.values(limits).some((limit) => limit !== null);
    return {
      id: doc._id,
      remainingMs: remaining,
      asOf,
      ...(limited && { limits: withoutUnset(limits) }),
      ...(endedLinks.length > 0 && { endedLinks }),
    };
  }

  private present(doc: TokenDoc): Token {
    return tokenOf(doc, this.clock.wallMs());
  }

  private entry(action: AuditAction, before: TokenDoc | null, change: TokenDoc): AuditEntryDoc;
  private entry(
    action: AuditAction,
    before: TokenDoc,
    change: TokenChange & { revokedAt?: Date | null },
  ): AuditEntryDoc;
  private entry(action: AuditAction, before: TokenDoc | null, change: Partial<TokenDoc>): AuditEntryDoc {
    const after = { ...before, ...change } as TokenDoc;
    const resource = { id: after._id, name: after.name };
    return this.trail.entry({
      action,
      resource,
      before: before && this.present(before),
      after: this.present(after),
    });
  }

  private expiryFaults(expiresAt: Date | null): Fault[] {
    if (!expiresAt || expiresAt.getTime() > this.clock.wallMs()) return [];
    return [{ in: 'body', pointer: '/expiresAt', code: 'in_the_past', detail: 'The expiry must lie ahead' }];
  }

  private async unlessNameTaken<Result>(write: Promise<Result>, refusal: (faults: Fault[]) => Error): Promise<Result> {
    try {
      return await write;
    } catch (error) {
      if (!isDuplicateKey(error, 'nameKey')) throw error;
      throw refusal([
        { in: 'body', pointer: '/name', code: 'name_taken', detail: 'Another token that is not revoked has this name' },
      ]);
    }
  }
}

function dateOf(timestamp: string | null | undefined): Date | null {
  return timestamp ? new Date(timestamp) : null;
}

import { Inject, Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import type { Fault } from '@sluice/contracts/fault';
import {
  getToken,
  issueToken,
  type listTokens,
  revokeToken,
  type Token,
  updateToken,
  type Verdict,
  verifyToken,
} from '@sluice/contracts/tokens';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { newId } from '@sluice/runtime/ids';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { listPage } from '@sluice/storage/list-page';
import { newSecret, storedSecret } from '../secret';
import { TokenChanges } from './token-changes';
import { type TokenDoc, tokenOf, tokenState } from './token-doc';
import { TokensStore } from './tokens.store';

/** The rules of access tokens: issued once, known by hash, ended for good. */
@Injectable()
export class TokensService {
  constructor(
    private readonly store: TokensStore,
    private readonly changes: TokenChanges,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The only time that the secret leaves; the token works everywhere once this resolves. */
  async issue(request: RequestOf<typeof issueToken>): Promise<ReplyOf<typeof issueToken>> {
    const wallMs = this.clock.wallMs();
    const expiresAt = this.expiry(request.expiresAt ?? null, (faults) =>
      refuse(issueToken, 'invalid_request', undefined, faults),
    );
    const secret = newSecret('slc');
    const doc = await this.unlessNameTaken(
      this.store.insert({
        _id: newId('tok', wallMs),
        name: request.name,
        ...storedSecret(secret),
        expiresAt,
        revokedAt: null,
        createdAt: new Date(wallMs),
      }),
      (faults) => refuse(issueToken, 'name_taken', undefined, faults),
    );
    await this.changes.commit(doc);
    return { token: this.present(doc), secret };
  }

  async get(tokenId: string): Promise<Token> {
    const doc = await this.store.find(tokenId);
    if (!doc) throw refuse(getToken, 'token_not_found');
    return this.present(doc);
  }

  list(request: RequestOf<typeof listTokens>): Promise<ReplyOf<typeof listTokens>> {
    return listPage(
      request,
      (below, limit) => this.store.list(below, limit),
      (doc) => this.present(doc),
    );
  }

  /** Only a token that is not revoked can be changed; `expiresAt: null` lets it live without end. */
  async update(request: RequestOf<typeof updateToken>): Promise<Token> {
    const before = await this.store.find(request.tokenId);
    if (!before) throw refuse(updateToken, 'token_not_found');
    if (before.revision !== request.revision) throw refuse(updateToken, 'revision_mismatch');
    if (before.revokedAt) throw refuse(updateToken, 'invalid_request', 'A revoked token cannot be changed');
    const expiresAt =
      request.expiresAt === undefined
        ? before.expiresAt
        : this.expiry(request.expiresAt, (faults) => refuse(updateToken, 'invalid_request', undefined, faults));
    const change = { name: request.name ?? before.name, expiresAt };
    const doc = await this.unlessNameTaken(this.store.update(before._id, before.revision, change), (faults) =>
      refuse(updateToken, 'name_taken', undefined, faults),
    );
    if (!doc) throw refuse(updateToken, 'revision_mismatch');
    await this.changes.commit(doc);
    return this.present(doc);
  }

  /** Resolves once the revocation is durable, counted and announced, also when somebody else began it. */
  async revoke(tokenId: string): Promise<Token> {
    const doc = (await this.store.revoke(tokenId, new Date(this.clock.wallMs()))) ?? (await this.store.find(tokenId));
    if (!doc) throw refuse(revokeToken, 'token_not_found');
    if (doc.pendingRev) await this.changes.commit(doc);
    return this.present(doc);
  }

  /** The change number is read first: a change that it does not cover may or may not be in the verdict. */
  async verify(secretHash: string): Promise<Verdict> {
    const asOf = await this.changes.current();
    const doc = await this.store.findBySecret(secretHash);
    if (!doc) throw refuse(verifyToken, 'token_unknown');
    const wallMs = this.clock.wallMs();
    const state = tokenState(doc, wallMs);
    if (state !== 'active') throw refuse(verifyToken, state === 'revoked' ? 'token_revoked' : 'token_expired');
    return { id: doc._id, remainingMs: doc.expiresAt && doc.expiresAt.getTime() - wallMs, asOf };
  }

  private present(doc: TokenDoc): Token {
    return tokenOf(doc, this.clock.wallMs());
  }

  private expiry(expiresAt: string | null, refusal: (faults: Fault[]) => Error): Date | null {
    if (expiresAt === null) return null;
    const date = new Date(expiresAt);
    if (date.getTime() > this.clock.wallMs()) return date;
    throw refusal([{ in: 'body', pointer: '/expiresAt', code: 'in_the_past', detail: 'The expiry must lie ahead' }]);
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

import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import {
  getToken,
  issueToken,
  listTokens,
  recordTokenUse,
  revokeToken,
  rotateToken,
  type Token,
  updateToken,
  type Verdict,
  verifyToken,
} from '@sluice/contracts/tokens/tokens';
import { Handles } from '@sluice/messaging/handles';
import { TokensService } from './tokens.service';

@Controller()
export class TokensController {
  constructor(private readonly tokens: TokensService) {}

  @Handles(issueToken)
  issue(request: RequestOf<typeof issueToken>): Promise<ReplyOf<typeof issueToken>> {
    return this.tokens.issue(request);
  }

  @Handles(getToken)
  get(request: RequestOf<typeof getToken>): Promise<Token> {
    return this.tokens.get(request.tokenId);
  }

  @Handles(listTokens)
  list(request: RequestOf<typeof listTokens>): Promise<ReplyOf<typeof listTokens>> {
    return this.tokens.list(request);
  }

  @Handles(updateToken)
  update(request: RequestOf<typeof updateToken>): Promise<Token> {
    return this.tokens.update(request);
  }

  @Handles(revokeToken)
  revoke(request: RequestOf<typeof revokeToken>): Promise<ReplyOf<typeof revokeToken>> {
    return this.tokens.revoke(request.tokenId);
  }

  @Handles(rotateToken)
  rotate(request: RequestOf<typeof rotateToken>): Promise<ReplyOf<typeof rotateToken>> {
    return this.tokens.rotate(request);
  }

  @Handles(recordTokenUse)
  recordUse(request: RequestOf<typeof recordTokenUse>): Promise<ReplyOf<typeof recordTokenUse>> {
    return this.tokens.recordUse(request);
  }

  @Handles(verifyToken)
  verify(request: RequestOf<typeof verifyToken>): Promise<Verdict> {
    return this.tokens.verify(request.secretHash);
  }
}

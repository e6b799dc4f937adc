import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { answerConsent, getConsent, offerToken } from '@sluice/contracts/tokens/consents';
import { serveOAuth } from '@sluice/contracts/tokens/oauth';
import { Handles } from '@sluice/messaging/handles';
import { ConsentsService } from './consents.service';
import { OAuthService } from './oauth.service';

@Controller()
export class OAuthController {
  constructor(
    private readonly oauth: OAuthService,
    private readonly consents: ConsentsService,
  ) {}

  @Handles(serveOAuth)
  serve(request: RequestOf<typeof serveOAuth>): Promise<ReplyOf<typeof serveOAuth>> {
    return this.oauth.serve(request);
  }

  @Handles(getConsent)
  get(request: RequestOf<typeof getConsent>): Promise<ReplyOf<typeof getConsent>> {
    return this.consents.get(request);
  }

  @Handles(offerToken)
  offer(request: RequestOf<typeof offerToken>): Promise<ReplyOf<typeof offerToken>> {
    return this.consents.offer(request);
  }

  @Handles(answerConsent)
  answer(request: RequestOf<typeof answerConsent>): Promise<ReplyOf<typeof answerConsent>> {
    return this.consents.answer(request);
  }
}

import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { endAgent, listAgents, verifyAgent } from '@sluice/contracts/tokens/agents';
import { Handles } from '@sluice/messaging/handles';
import { AgentsService } from './agents.service';

@Controller()
export class AgentsController {
  constructor(private readonly agents: AgentsService) {}

  @Handles(listAgents)
  list(request: RequestOf<typeof listAgents>): Promise<ReplyOf<typeof listAgents>> {
    return this.agents.list(request);
  }

  @Handles(endAgent)
  end(request: RequestOf<typeof endAgent>): Promise<ReplyOf<typeof endAgent>> {
    return this.agents.end(request);
  }

  @Handles(verifyAgent)
  verify(request: RequestOf<typeof verifyAgent>): Promise<ReplyOf<typeof verifyAgent>> {
    return this.agents.verify(request.secretHash);
  }
}

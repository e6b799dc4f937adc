import { Injectable } from '@nestjs/common';
import type { Route } from '@sluice/contracts/registry/routes';
import { remembered } from '@sluice/runtime/remembered';
import { aboutTool, queryFormOf } from './about-tool';
import { useOf } from './agent-datasets';
import type { AgentTool } from './agent-tool';
import { QueryDataset } from './query-dataset';
import { OneQuery, QueryAnswer } from './query-form';
import { readArguments } from './read-arguments';
import { OneSend, SendAnswer, SendRows } from './send-rows';
import { describeTool } from './tool-definition';

/** Gives the tools of single APIs, which their publishers asked for: `query-{slug}` and `send-{slug}`. */
@Injectable()
export class NamedTools {
  constructor(
    private readonly queries: QueryDataset,
    private readonly sends: SendRows,
  ) {}

  /** Lists those of the APIs that a token may use, in their order. */
  of(usable: readonly Route[]): AgentTool[] {
    return usable.filter(({ settings }) => settings.agents.tool).map(this.toolOf);
  }

  /** One for a state of the API. */
  private readonly toolOf = remembered(
    (route: Route): AgentTool => (useOf(route) === 'send' ? this.sending(route) : this.querying(route)),
  );

  private querying(route: Route): AgentTool {
    const { slug } = route;
    return {
      definition: describeTool(aboutTool('query', route), queryFormOf(route), QueryAnswer),
      call: async (call) => await this.queries.query(call, slug, await readArguments(OneQuery, call.given)),
    };
  }

  private sending(route: Route): AgentTool {
    const { slug } = route;
    return {
      definition: describeTool({ ...aboutTool('send', route), sends: true }, OneSend, SendAnswer),
      call: async (call) => await this.sends.send(call, slug, await readArguments(OneSend, call.given)),
    };
  }
}

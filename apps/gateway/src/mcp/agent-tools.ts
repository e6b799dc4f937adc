import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import { Injectable, Logger } from '@nestjs/common';
import { ServiceError } from '@sluice/messaging/service-error';
import { problemOf } from '../http/problem';
import type { AgentCall, AgentTool } from './agent-tool';
import { DescribeDataset } from './describe-dataset';
import { QueryDataset } from './query-dataset';
import { SearchDatasets } from './search-datasets';

/** Holds the tools: the same three in the same order, however many APIs there are. */
@Injectable()
export class AgentTools {
  readonly definitions: readonly Tool[];
  private readonly logger = new Logger(AgentTools.name);
  private readonly tools: readonly AgentTool[];

  constructor(search: SearchDatasets, describe: DescribeDataset, query: QueryDataset) {
    this.tools = [search, describe, query];
    this.definitions = this.tools.map(({ definition }) => definition);
  }

  find(name: string): AgentTool | undefined {
    return this.tools.find(({ definition }) => definition.name === name);
  }

  /** Runs a tool. A refusal is its answer as well: the problem document, which says how to mend the call. */
  async run(tool: AgentTool, call: AgentCall): Promise<CallToolResult> {
    try {
      return await tool.call(call);
    } catch (error) {
      if (!(error instanceof ServiceError)) this.logger.error(error);
      const failure = error instanceof ServiceError ? error : new ServiceError('internal');
      const { request } = call;
      const problem = problemOf(failure, request.id, request.span?.traceId);
      request.toldStatus = problem.status;
      return { isError: true, content: [{ type: 'text', text: JSON.stringify(problem) }] };
    }
  }
}

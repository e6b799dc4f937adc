import {
  type CallToolResult,
  type ListToolsResult,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import { Injectable, Logger } from '@nestjs/common';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { ServiceError } from '@sluice/messaging/service-error';
import { problemOf } from '../http/problem';
import { AgentDatasets, useOf } from './agent-datasets';
import type { AgentCall, AgentTool } from './agent-tool';
import { bytesOf, countFitting, MAX_ANSWER_BYTES } from './answer-size';
import { DescribeDataset } from './describe-dataset';
import { NamedTools } from './named-tools';
import { QueryDataset } from './query-dataset';
import { SearchDatasets } from './search-datasets';
import { SendRows } from './send-rows';

/**
 * Holds the tools of a token: the same three in the same order, however many APIs there are; a fourth where it may send rows;
 * then those of single APIs whose publishers asked for them.
 */
@Injectable()
export class AgentTools {
  private readonly logger = new Logger(AgentTools.name);
  private readonly reading: readonly AgentTool[];

  constructor(
    search: SearchDatasets,
    describe: DescribeDataset,
    query: QueryDataset,
    private readonly sending: SendRows,
    private readonly named: NamedTools,
    private readonly datasets: AgentDatasets,
  ) {
    this.reading = [search, describe, query];
  }

  /** Lists the tools behind the one that the cursor names, as many as fit into an answer: a model reads them all. */
  list(verdict: Verdict, cursor?: string): ListToolsResult {
    const all = this.of(verdict).map(({ definition }) => definition);
    const told = all.findIndex(({ name }) => name === cursor);
    if (cursor !== undefined && told < 0)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'the list has changed: begin without a cursor');
    const rest = all.slice(told + 1);
    const tools = rest.slice(0, Math.max(1, countFitting(rest, MAX_ANSWER_BYTES, bytesOf)));
    const last = tools.at(-1);
    return { tools, ...(last && tools.length < rest.length && { nextCursor: last.name }) };
  }

  find(name: string, verdict: Verdict): AgentTool | undefined {
    const isCalled = ({ definition }: AgentTool) => definition.name === name;
    return this.reading.find(isCalled) ?? this.of(verdict).find(isCalled);
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
      request.problem = problem;
      return { isError: true, content: [{ type: 'text', text: JSON.stringify(problem) }] };
    }
  }

  private of(verdict: Verdict): AgentTool[] {
    const usable = this.datasets.usableBy(verdict);
    const sends = usable.some((route) => useOf(route) === 'send');
    return [...this.reading, ...(sends ? [this.sending] : []), ...this.named.of(usable)];
  }
}

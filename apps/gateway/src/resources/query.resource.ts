import { Injectable } from '@nestjs/common';
import { inStage } from '@sluice/runtime/tracing';
import { Answers } from '../answering/answers';
import { currentRoute } from '../reading/min-snapshot';
import { inBody, readQueryBody } from '../reading/query-body';
import { QueryPlanner } from '../reading/query-planner';
import { sourceOfRoute } from '../reading/row-source';
import { QUERY_TYPE } from '../routing/locate';
import { Snapshots } from '../routing/snapshots';
import type { DataCall, Resource } from './resource';

/** `QUERY {path}` (RFC 10008) and `POST {path}/_query`: a page of rows by a query in the body. */
@Injectable()
export class QueryResource implements Resource {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly planner: QueryPlanner,
    private readonly answers: Answers,
  ) {}

  async answer({ request, reply, route, charge }: DataCall): Promise<void> {
    reply.header('accept-query', QUERY_TYPE);
    const source = sourceOfRoute(await currentRoute(this.snapshots, route, request));
    const body = await readQueryBody(request);
    const plan = await inStage(
      'query',
      () => this.planner.plan(source, { resource: 'query', body }),
      request.span ?? null,
    );
    await inBody(this.answers.send(request, reply, plan, charge));
  }
}

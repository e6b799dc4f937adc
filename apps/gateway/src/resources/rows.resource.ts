import { Injectable } from '@nestjs/common';
import { isLookup } from '@sluice/query/reading/is-lookup';
import { andThen, type Soon } from '@sluice/runtime/at-once';
import { inStage } from '@sluice/runtime/tracing';
import { Answers } from '../answering/answers';
import { searchOf } from '../http/search';
import { currentRoute } from '../reading/min-snapshot';
import { PlanCache } from '../reading/plan-cache';
import { sourceOfRoute } from '../reading/row-source';
import { Snapshots } from '../routing/snapshots';
import type { DataCall, Resource } from './resource';

/** `GET {path}`: a page of rows. What is at hand is not waited for, so that a page asked for before is answered at once. */
@Injectable()
export class RowsResource implements Resource {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly plans: PlanCache,
    private readonly answers: Answers,
  ) {}

  answer({ request, reply, route, charge }: DataCall): Soon<void> {
    return andThen(currentRoute(this.snapshots, route, request), (current) =>
      andThen(
        inStage('query', () => this.plans.plan(sourceOfRoute(current), searchOf(request)), request.span ?? null),
        (plan) => {
          if (isLookup(plan.query)) request.dataClass = 'lookup';
          return this.answers.send(request, reply, plan, charge);
        },
      ),
    );
  }
}

import { Injectable } from '@nestjs/common';
import { Answers } from '../answering/answers';
import { searchOf } from '../http/search';
import { ChangesPlanner } from '../reading/changes-planner';
import { currentRoute } from '../reading/min-snapshot';
import { Snapshots } from '../routing/snapshots';
import type { DataCall, Resource } from './resource';

/** `GET {path}/_changes`: what became of the rows of a query since a snapshot. */
@Injectable()
export class ChangesResource implements Resource {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly planner: ChangesPlanner,
    private readonly answers: Answers,
  ) {}

  async answer({ request, reply, route, charge }: DataCall): Promise<void> {
    const current = await currentRoute(this.snapshots, route, request);
    await this.answers.send(request, reply, await this.planner.plan(current, searchOf(request)), charge);
  }
}

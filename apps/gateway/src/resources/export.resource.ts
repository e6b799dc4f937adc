import { Injectable } from '@nestjs/common';
import { Exports } from '../answering/exports';
import { searchOf } from '../http/search';
import { currentRoute } from '../reading/min-snapshot';
import { PlanCache } from '../reading/plan-cache';
import { sourceOfRoute } from '../reading/row-source';
import { Snapshots } from '../routing/snapshots';
import type { DataCall, Resource } from './resource';

/** `GET {path}/_export`: the whole result of a query, streamed. */
@Injectable()
export class ExportResource implements Resource {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly plans: PlanCache,
    private readonly exports: Exports,
  ) {}

  async answer({ request, reply, route, charge }: DataCall): Promise<void> {
    const source = sourceOfRoute(await currentRoute(this.snapshots, route, request));
    const plan = await this.plans.plan(source, searchOf(request), 'exports');
    await this.exports.send(request, reply, plan, charge);
  }
}

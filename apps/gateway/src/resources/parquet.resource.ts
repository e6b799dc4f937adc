import { Injectable } from '@nestjs/common';
import { ViewFileAnswers } from '../answering/view-file-answers';
import { invalidQuery } from '../http/problem';
import { searchOf } from '../http/search';
import { currentRoute } from '../reading/min-snapshot';
import { PlanCache } from '../reading/plan-cache';
import { sourceOfRoute } from '../reading/row-source';
import { Snapshots } from '../routing/snapshots';
import type { DataCall, Resource } from './resource';

const NO_QUERY = 'the file is of all that the API shows; `_export?_format=parquet` takes a query';
const MAX_FAULTS = 10;

/** `GET {path}/_parquet`: a file of all that the API shows, for the values of its own parameters, now or as of a commit; it is read by ranges of bytes. */
@Injectable()
export class ParquetResource implements Resource {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly plans: PlanCache,
    private readonly files: ViewFileAnswers,
  ) {}

  async answer({ request, reply, route, charge }: DataCall): Promise<void> {
    const search = searchOf(request);
    const own = ['_at', ...route.settings.parameters.map(({ name }) => name)];
    const others = [...new Set(new URLSearchParams(search).keys())].filter((name) => !own.includes(name));
    if (others.length > 0) {
      const detail = { code: 'not_allowed', detail: NO_QUERY };
      throw invalidQuery(others.slice(0, MAX_FAULTS).map((name) => ({ in: 'query', name, ...detail })));
    }
    const source = sourceOfRoute(await currentRoute(this.snapshots, route, request));
    await this.files.send(request, reply, await this.plans.plan(source, search, 'exports'), charge);
  }
}

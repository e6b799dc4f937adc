import { Injectable } from '@nestjs/common';
import type { Route } from '@sluice/contracts/registry/routes';
import { readExactly } from '@sluice/query/describing/exact-json';
import { LRUCache } from 'lru-cache';
import { textOf } from '../answering/text-of';
import { Pages } from '../reading/pages';
import { sourceOfRoute, viewOfRoute } from '../reading/row-source';

const MAX_REMEMBERED = 500;
const FIRST_ROW = '_limit=1&_shape=array';

/** Finds the first row of an API as its consumers see it, for examples in its documents: read once per snapshot and settings. */
@Injectable()
export class ExampleRows {
  private readonly rows = new LRUCache<string, Record<string, unknown>, Route>({
    max: MAX_REMEMBERED,
    fetchMethod: (_key, _stale, { context: route }) => this.read(route),
    ignoreFetchAbort: true,
  });

  constructor(private readonly pages: Pages) {}

  /** Gives nothing when there is no row, or none without a parameter that only a consumer knows. */
  async find(route: Route): Promise<Record<string, unknown>> {
    if (viewOfRoute(route).parameters.some((parameter) => parameter.default === null)) return {};
    const key = `${route.apiId} ${route.revision} ${route.snapshot.versionId} ${route.snapshot.seq}`;
    return await this.rows.forceFetch(key, { context: route });
  }

  private async read(route: Route): Promise<Record<string, unknown>> {
    const page = await this.pages.read(sourceOfRoute(route), FIRST_ROW);
    const [row = {}] = readExactly(await textOf(page.bytes)) as Record<string, unknown>[];
    return row;
  }
}

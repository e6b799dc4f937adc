import { Injectable } from '@nestjs/common';
import type { Route } from '@sluice/contracts/registry/routes';
import { LRUCache } from 'lru-cache';
import { textOf } from '../answering/text-of';
import { Pages } from '../reading/pages';
import { sourceOfRoute, viewOfRoute } from '../reading/row-source';

const MAX_REMEMBERED = 500;
const FIRST_ROW = '_limit=1&_shape=array';

/** The first row of an API as its consumers see it, for examples in its documents: read once per snapshot and settings. */
@Injectable()
export class ExampleRows {
  private readonly rows = new LRUCache<string, Record<string, unknown>>({ max: MAX_REMEMBERED });

  constructor(private readonly pages: Pages) {}

  /** Empty when there is no row, or none without a parameter that only a consumer knows. Numbers may lose digits here: it is an example, not data. */
  async of(route: Route): Promise<Record<string, unknown>> {
    if (viewOfRoute(route).parameters.some((parameter) => parameter.default === null)) return {};
    const key = `${route.apiId} ${route.revision} ${route.snapshot.versionId} ${route.snapshot.seq}`;
    const known = this.rows.get(key);
    if (known) return known;
    const page = await this.pages.read(sourceOfRoute(route), FIRST_ROW);
    const [row = {}]: Record<string, unknown>[] = JSON.parse(await textOf(page.bytes));
    this.rows.set(key, row);
    return row;
  }
}

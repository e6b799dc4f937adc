import { Injectable } from '@nestjs/common';
import type { Format } from '@sluice/contracts/formats';
import { mediaTypes } from '@sluice/contracts/media-types';
import type { Route } from '@sluice/contracts/registry/routes';
import type { FastifyRequest } from 'fastify';
import { FileLinks } from '../links/file-links';
import type { PagePlan } from '../reading/page-plan';

/** The best for programs of agents comes first. */
const PREFERRED: readonly Format[] = ['csv', 'ndjson', 'json', 'parquet', 'arrow'];
/** The query stands in the address. */
const MAX_QUERY_LENGTH = 2_000;
/** Controls of pages, which an export does not take. */
const OF_PAGES = ['_count', '_shape', '_pretty'];

/** The whole result as a file. */
export interface ResultLink {
  url: string;
  format: Format;
  mimeType: string;
  expiresAt: string;
}

/** Makes links to whole results, for agents whose programs fetch files: for an hour or what the API allows, and no longer than the token is good. */
@Injectable()
export class ResultLinks {
  constructor(private readonly links: FileLinks) {}

  /** Makes one where the API may be exported; null otherwise. */
  async make(request: FastifyRequest, route: Route, plan: PagePlan): Promise<ResultLink | null> {
    const format = PREFERRED.find((each) => plan.formats.includes(each));
    if (!plan.exports || !format || plan.resultQuery.length > MAX_QUERY_LENGTH) return null;
    const query = new URLSearchParams(plan.resultQuery);
    for (const name of OF_PAGES) query.delete(name);
    query.set('_format', format);
    const { url, expiresAtMs } = await this.links.make(request, route, plan, { format, query: query.toString() });
    return { url, format, mimeType: mediaTypes[format].type, expiresAt: new Date(expiresAtMs).toISOString() };
  }
}

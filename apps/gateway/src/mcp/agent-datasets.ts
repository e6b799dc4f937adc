import { Inject, Injectable } from '@nestjs/common';
import type { Route } from '@sluice/contracts/registry/routes';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { Suggestions } from '@sluice/query/values/closest';
import type { FastifyRequest } from 'fastify';
import { originReached } from '../answering/absolute-links';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { HttpProblem } from '../http/problem';
import { Routes } from '../routing/route-feed';
import { Snapshots } from '../routing/snapshots';

/** Tells what a token may read: each active API with the method GET that is assigned to it, by its slug. */
@Injectable()
export class AgentDatasets {
  constructor(
    private readonly routes: Routes,
    private readonly snapshots: Snapshots,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** Lists them in order of their slugs. */
  readableBy(verdict: Verdict): Route[] {
    return [...this.table().all()]
      .filter((route) => isReadable(route, verdict))
      .sort((a, b) => (a.slug < b.slug ? -1 : 1));
  }

  /** Finds one as it is now, and notes it for the log. What the token may not read is not there, whatever the reason. */
  async find(slug: string, verdict: Verdict, request: FastifyRequest): Promise<Route> {
    const route = this.table().findBySlug(slug);
    if (!route || !isReadable(route, verdict)) throw this.notThere(slug, verdict);
    request.apiId = route.apiId;
    request.datasetId = route.datasetId;
    return await this.snapshots.current(route);
  }

  /** Gives the address of an API, at the origin that the caller reached or at its own domain. */
  addressOf({ domain, path }: Route, request: FastifyRequest): string {
    const own = this.config.SLUICE_PUBLIC_URL;
    const origin = domain === null ? (originReached(request, own) ?? own) : `${request.protocol}://${domain}`;
    return `${origin}/api/${path}`;
  }

  private notThere(slug: string, verdict: Verdict): HttpProblem {
    const near = new Suggestions().suggest(
      slug,
      this.readableBy(verdict).map((route) => route.slug),
    );
    const hint = near === undefined ? 'search_datasets lists those that there are' : `did you mean ${near}?`;
    const fault = {
      in: 'body',
      pointer: '/dataset',
      code: 'unknown_dataset',
      detail: 'no such dataset',
      hint,
    } as const;
    return new HttpProblem('api_not_found', { detail: 'this token reads no dataset of that name', faults: [fault] });
  }

  private table() {
    const table = this.routes.table();
    if (!table) throw new HttpProblem('unavailable', { detail: 'the gateway does not know its routes yet' });
    return table;
  }
}

function isReadable({ method, active, tokenIds }: Route, verdict: Verdict): boolean {
  return method === 'GET' && active && tokenIds.includes(verdict.id);
}

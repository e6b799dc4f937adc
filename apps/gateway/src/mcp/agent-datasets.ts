import { Inject, Injectable } from '@nestjs/common';
import type { Fault } from '@sluice/contracts/fault';
import type { Route } from '@sluice/contracts/registry/routes';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { Suggestions } from '@sluice/query/values/closest';
import type { FastifyRequest } from 'fastify';
import { originReached } from '../answering/absolute-links';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { HttpProblem } from '../http/problem';
import { isAssigned } from '../routing/locate';
import { Routes } from '../routing/route-feed';
import { Snapshots } from '../routing/snapshots';
import type { AgentCall } from './agent-tool';

/** What an agent does with a dataset: it reads it, or sends rows to it. */
export type Use = 'query' | 'send';

/** Tells what an agent may do with an API; null where that is nothing. */
export function useOf({ method, active, settings }: Route): Use | null {
  if (!active) return null;
  if (method === 'GET') return 'query';
  return settings.agents.send ? 'send' : null;
}

/** Whose APIs they are, and to which of them it is narrowed. */
type Caller = Pick<Verdict, 'id' | 'agent'>;

/** Tells what a token may use: each active API that is assigned to it and gives rows, or takes them from agents, by its slug. */
@Injectable()
export class AgentDatasets {
  constructor(
    private readonly routes: Routes,
    private readonly snapshots: Snapshots,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** Lists them in order of their slugs. */
  usableBy(verdict: Caller): Route[] {
    return [...this.table().all()]
      .filter((route) => isUsable(route, verdict))
      .sort((a, b) => (a.slug < b.slug ? -1 : 1));
  }

  /** Finds one as it is now, and notes it for the log. What the token may not use is not there, whatever the reason. */
  async find(slug: string, { verdict, request }: Pick<AgentCall, 'verdict' | 'request'>): Promise<Route> {
    const route = this.table().findBySlug(slug);
    if (!route || !isUsable(route, verdict)) throw this.notThere(slug, verdict);
    request.apiId = route.apiId;
    request.datasetId = route.datasetId;
    return await this.snapshots.current(route);
  }

  /** Finds one that may be used so. */
  async findFor(use: Use, slug: string, call: Pick<AgentCall, 'verdict' | 'request'>): Promise<Route> {
    const route = await this.find(slug, call);
    if (useOf(route) === use) return route;
    const detail = use === 'query' ? 'its rows are not read, only sent' : 'its rows are read, not sent';
    const hint = `search_datasets tells those whose use is ${use}`;
    throw notFound({ code: 'not_allowed', detail, hint });
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
      this.usableBy(verdict).map((route) => route.slug),
    );
    const hint = near === undefined ? 'search_datasets lists those that there are' : `did you mean ${near}?`;
    return notFound({ code: 'unknown_dataset', detail: 'no such dataset', hint });
  }

  private table() {
    const table = this.routes.table();
    if (!table) throw new HttpProblem('unavailable', { detail: 'the gateway does not know its routes yet' });
    return table;
  }
}

function isUsable(route: Route, verdict: Caller): boolean {
  return useOf(route) !== null && isAssigned(route, verdict);
}

function notFound(fault: Pick<Fault, 'code' | 'detail' | 'hint'>): HttpProblem {
  const faults: Fault[] = [{ in: 'body', pointer: '/dataset', ...fault }];
  return new HttpProblem('api_not_found', { detail: 'this token uses no dataset of that name so', faults });
}

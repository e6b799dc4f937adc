import { Inject, Injectable } from '@nestjs/common';
import type { Link, MakeLink } from '@sluice/contracts/gateway/links';
import type { Route } from '@sluice/contracts/registry/routes';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import type { FastifyRequest } from 'fastify';
import { originReached } from '../answering/absolute-links';
import { inFormat } from '../answering/formats';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { HttpProblem } from '../http/problem';
import { QueryPlanner } from '../reading/query-planner';
import { sourceOfRoute } from '../reading/row-source';
import { fileName, LINKS_PREFIX } from './link-requests';
import { type Capability, LinkSeal } from './link-seal';

/** A link that lacks only the token in whose name it is. */
export type PlannedLink = Omit<Capability, 'secretHash'>;

/** Makes links in two steps: what is asked for is checked first, and then sealed with the hash of a token's secret. */
@Injectable()
export class LinkMaker {
  constructor(
    private readonly planner: QueryPlanner,
    private readonly seal: LinkSeal,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** Refuses now what the link would be refused for. The route is one of now, with its snapshot. */
  async plan(route: Route, asked: Pick<MakeLink, 'format' | 'query' | 'expiresIn'>): Promise<PlannedLink> {
    const query = searchFor(asked);
    const plan = await this.planner.plan(sourceOfRoute(route), { resource: 'exports', search: query });
    if (!plan.exports) throw new HttpProblem('not_found', { detail: 'this API is read by pages' });
    const { format } = inFormat(plan, undefined);
    const expiresAt = Math.floor(this.clock.wallMs() / 1_000) + asked.expiresIn;
    const { snapshot, version } = plan;
    return { apiId: route.apiId, format, query, snapshot, version, expiresAt };
  }

  /** Gives the address, at the origin that the caller reached. */
  async make(planned: PlannedLink, secretHash: string, request: FastifyRequest): Promise<Link> {
    const origin = originReached(request, this.config.SLUICE_PUBLIC_URL) ?? this.config.SLUICE_PUBLIC_URL;
    const sealed = await this.seal.seal({ ...planned, secretHash });
    return { url: `${origin}${LINKS_PREFIX}${sealed}/${fileName(planned)}`, expiresAt: endOf(planned) };
  }
}

/** The moment at which a link ends. */
export function endOf({ expiresAt }: PlannedLink): string {
  return new Date(expiresAt * 1_000).toISOString();
}

/** The format is a part of the query, as it is in an address. */
function searchFor({ format, query }: Pick<MakeLink, 'format' | 'query'>): string {
  const parameters = new URLSearchParams(query);
  parameters.set('_format', format);
  return parameters.toString();
}

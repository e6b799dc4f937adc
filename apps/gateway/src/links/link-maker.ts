import { Inject, Injectable } from '@nestjs/common';
import type { Fault } from '@sluice/contracts/fault';
import type { Link, MakeLink } from '@sluice/contracts/gateway/links';
import { maxLinkSeconds, usualLinkSeconds } from '@sluice/contracts/link-rules';
import type { Route } from '@sluice/contracts/registry/routes';
import type { LinkTerms } from '@sluice/contracts/tokens/links';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import type { FastifyRequest } from 'fastify';
import { originReached } from '../answering/absolute-links';
import { inFormat } from '../answering/formats';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { HttpProblem } from '../http/problem';
import { notValid } from '../http/validation.pipe';
import { QueryPlanner } from '../reading/query-planner';
import { sourceOfRoute } from '../reading/row-source';
import { fileName, LINKS_PREFIX } from './link-requests';
import { type Capability, LinkSeal } from './link-seal';

/** A link that lacks only its id and the token in whose name it is, and what is noted of it. */
export interface PlannedLink {
  capability: Omit<Capability, 'id' | 'secretHash'>;
  terms: LinkTerms;
}

/** What the tokens service took note of. */
type Recorded = { linkId: string; secretHash: string };

/** Makes links in two steps: what is asked for is checked first, and sealed once the tokens service has taken note of it. */
@Injectable()
export class LinkMaker {
  constructor(
    private readonly planner: QueryPlanner,
    private readonly seal: LinkSeal,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** Refuses now what the link would be refused for. The route is one of now, with its snapshot. */
  async plan(route: Route, asked: Omit<MakeLink, 'tokenId'>): Promise<PlannedLink> {
    const seconds = secondsFor(route, asked);
    const query = searchFor(asked);
    const plan = await this.planner.plan(sourceOfRoute(route), { resource: 'exports', search: query });
    if (!plan.exports) throw new HttpProblem('not_found', { detail: 'this API is read by pages' });
    const { format } = inFormat(plan, undefined);
    const { apiId } = route;
    const { latest } = asked;
    if (latest && plan.query.at !== null) throw notValid('invalid_request', [LATEST_OF_THEN]);
    const { snapshot, version } = latest ? { snapshot: null, version: null } : plan;
    const madeAt = Math.floor(this.clock.wallMs() / 1_000);
    const expiresAt = madeAt + seconds;
    return {
      capability: { apiId, format, query, snapshot, version, madeAt, expiresAt },
      terms: { apiId, format, query: asked.query, latest, expiresAt: new Date(expiresAt * 1_000).toISOString() },
    };
  }

  /** Gives the address, at the origin that the caller reached. */
  async make({ capability, terms }: PlannedLink, recorded: Recorded, request: FastifyRequest): Promise<Link> {
    const { linkId: id, secretHash } = recorded;
    const origin = originReached(request, this.config.SLUICE_PUBLIC_URL) ?? this.config.SLUICE_PUBLIC_URL;
    const sealed = await this.seal.seal({ ...capability, id, secretHash });
    return { id, url: `${origin}${LINKS_PREFIX}${sealed}/${fileName(capability)}`, expiresAt: terms.expiresAt };
  }
}

/** The life of a link, in seconds. Throws where its publisher does not allow it. */
function secondsFor({ settings }: Route, { latest, expiresIn }: Pick<MakeLink, 'latest' | 'expiresIn'>): number {
  const max = maxLinkSeconds(settings.links, latest);
  if (max === null) throw notValid('invalid_request', [LATEST_NOT_ALLOWED]);
  const seconds = expiresIn ?? usualLinkSeconds(max, latest);
  if (seconds > max) {
    const detail = `Links of this API to ${latest ? 'the latest rows' : 'rows of now'} live ${max} seconds at most`;
    throw notValid('invalid_request', [{ in: 'body', pointer: '/expiresIn', code: 'too_large', detail, max }]);
  }
  return seconds;
}

const LATEST_NOT_ALLOWED: Fault = {
  in: 'body',
  pointer: '/latest',
  code: 'not_allowed',
  detail: 'This API has no links to the latest rows',
  hint: 'its publisher allows them by the setting links.latestDays',
};

const LATEST_OF_THEN: Fault = {
  in: 'body',
  pointer: '/query',
  code: 'not_allowed',
  detail: 'The latest rows are not as of then: leave out _at, or latest',
};

/** The format is a part of the query, as it is in an address. */
function searchFor({ format, query }: Pick<MakeLink, 'format' | 'query'>): string {
  const parameters = new URLSearchParams(query);
  parameters.set('_format', format);
  return parameters.toString();
}

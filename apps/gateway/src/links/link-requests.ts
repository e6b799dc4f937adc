import { Inject, Injectable } from '@nestjs/common';
import { maxLinkSeconds } from '@sluice/contracts/link-rules';
import { mediaTypes } from '@sluice/contracts/media-types';
import type { Route } from '@sluice/contracts/registry/routes';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Admission } from '../admission/admission';
import { announce } from '../answering/announced-fields';
import { Exports } from '../answering/exports';
import { ViewFileAnswers } from '../answering/view-file-answers';
import { actAsToken } from '../auth/caller';
import { Judgement } from '../auth/judgement';
import { HttpProblem } from '../http/problem';
import { refuseForeignAddress } from '../limits/allowed-address';
import { FailureLimit } from '../limits/failure-limit';
import { Limits } from '../limits/limits';
import { QueryPlanner } from '../reading/query-planner';
import { type RowSource, sourceOfRoute } from '../reading/row-source';
import { authorise } from '../routing/locate';
import { Routes } from '../routing/route-feed';
import { Snapshots } from '../routing/snapshots';
import { Verdicts } from '../verdicts/verdicts';
import { type Capability, LinkSeal } from './link-seal';

export const LINKS_PREFIX = '/links/';

/** Leads each request for a link through the stages that one with a token has: the link is the token in another form. */
@Injectable()
export class LinkRequests {
  constructor(
    private readonly seal: LinkSeal,
    private readonly verdicts: Verdicts,
    private readonly judgement: Judgement,
    private readonly failures: FailureLimit,
    private readonly routes: Routes,
    private readonly snapshots: Snapshots,
    private readonly admission: Admission,
    private readonly limits: Limits,
    private readonly planner: QueryPlanner,
    private readonly exports: Exports,
    private readonly files: ViewFileAnswers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const link = await this.open(request);
    const known = link.byAgent ? this.verdicts.agents : this.verdicts.tokens;
    const verdict = await this.judgement.verifyHash(known, link.secretHash, request.ip);
    if (!verdict)
      throw new HttpProblem('token_required', { detail: 'the token that made the link is no longer valid' });
    actAsToken(request, verdict);
    if (link.id !== undefined && verdict.endedLinks?.includes(link.id)) throw new HttpProblem('link_ended');
    refuseForeignAddress(verdict, request.ip);
    const route = this.find(link, request);
    authorise(route, verdict);
    this.expectAllowed(link, route);
    this.admission.data.enter(verdict.id, request, reply);
    const charge = await this.limits.charge(verdict, reply);
    announce(reply, route);
    const plan = await this.planner.plan(await this.sourceFor(link, route), {
      resource: 'exports',
      search: link.query,
    });
    const { group, search } = plan.query;
    if (link.format !== 'parquet' || group || search) await this.exports.send(request, reply, plan, charge);
    else await this.files.send(request, reply, plan, charge, link.changes);
  }

  /** Whoever tries out links is held up as one who tries out secrets. */
  private async open({ url, ip }: FastifyRequest): Promise<Capability> {
    const [path = ''] = url.slice(LINKS_PREFIX.length).split('?', 1);
    const [sealed = '', name] = path.split('/', 2);
    const link = await this.seal.open(sealed);
    if (!link || path !== `${sealed}/${name}` || name !== fileName(link)) {
      this.failures.count(ip);
      throw new HttpProblem('not_found', { detail: 'there is no such link' });
    }
    if (link.expiresAt * 1_000 <= this.clock.wallMs()) throw new HttpProblem('link_expired');
    return link;
  }

  /** What its publisher allows now counts, not what was allowed when it was made. */
  private expectAllowed({ snapshot, madeAt }: Capability, { settings }: Route): void {
    const max = maxLinkSeconds(settings.links, snapshot === null);
    if (max === null)
      throw new HttpProblem('link_ended', { detail: 'the API has no links to the latest rows any more' });
    if (madeAt !== undefined && (madeAt + max) * 1_000 <= this.clock.wallMs())
      throw new HttpProblem('link_expired', { detail: `links of this API live ${max} seconds at most by now` });
  }

  private async sourceFor({ snapshot, version }: Capability, route: Route): Promise<RowSource> {
    if (snapshot === null || version === null) return sourceOfRoute(await this.snapshots.current(route));
    return await this.planner.sourceAt(sourceOfRoute(route), { snapshot, version });
  }

  private find({ apiId }: Capability, request: FastifyRequest): Route {
    const table = this.routes.table();
    if (!table) throw new HttpProblem('unavailable', { detail: 'the gateway does not know its routes yet' });
    const route = table.get(apiId);
    if (!route?.active)
      throw new HttpProblem('api_not_found', { detail: 'the API of the link is gone or switched off' });
    request.apiId = route.apiId;
    request.datasetId = route.datasetId;
    request.dataClass = 'link';
    return route;
  }
}

/** Names the file at the end of a link's address: many tools go by its ending. */
export function fileName({ format, version }: Pick<Capability, 'format' | 'version'>): string {
  return `rows${version === null ? '' : `-v${version}`}.${mediaTypes[format].extensions[0]}`;
}

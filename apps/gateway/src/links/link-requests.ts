import { Inject, Injectable } from '@nestjs/common';
import { mediaTypes } from '@sluice/contracts/media-types';
import type { Route } from '@sluice/contracts/registry/routes';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Admission } from '../admission/admission';
import { Exports } from '../answering/exports';
import { ViewFileAnswers } from '../answering/view-file-answers';
import { actAsToken } from '../auth/caller';
import { Judgement } from '../auth/judgement';
import { HttpProblem } from '../http/problem';
import { refuseForeignAddress } from '../limits/allowed-address';
import { FailureLimit } from '../limits/failure-limit';
import { Limits } from '../limits/limits';
import { QueryPlanner } from '../reading/query-planner';
import { sourceOfRoute } from '../reading/row-source';
import { authorise } from '../routing/locate';
import { Routes } from '../routing/route-feed';
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
    private readonly admission: Admission,
    private readonly limits: Limits,
    private readonly planner: QueryPlanner,
    private readonly exports: Exports,
    private readonly files: ViewFileAnswers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const link = await this.open(request);
    const verdict = await this.judgement.verifyHash(this.verdicts.tokens, link.secretHash, request.ip);
    if (!verdict)
      throw new HttpProblem('token_required', { detail: 'the token that made the link is no longer valid' });
    actAsToken(request, verdict);
    refuseForeignAddress(verdict, request.ip);
    const route = this.find(link, request);
    authorise(route, verdict);
    this.admission.data.enter(verdict.id, request, reply);
    const charge = await this.limits.charge(verdict, reply);
    const source = await this.planner.sourceAt(sourceOfRoute(route), link);
    const plan = await this.planner.plan(source, { resource: 'exports', search: link.query });
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
  return `rows-v${version}.${mediaTypes[format].extensions[0]}`;
}

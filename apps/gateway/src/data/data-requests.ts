import { Injectable } from '@nestjs/common';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { andThen, type Soon } from '@sluice/runtime/at-once';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../answering/answers';
import { Exports } from '../answering/exports';
import { AccessTokenGuard } from '../auth/bearer.guard';
import { ApiDocuments } from '../docs/api-documents';
import { apiSchema } from '../docs/api-schema';
import { Limits } from '../limits/limits';
import type { RowCharge } from '../limits/token-ledger';
import { Changes } from '../reading/changes';
import { currentRoute } from '../reading/min-snapshot';
import { Pages } from '../reading/pages';
import { PlanCache } from '../reading/plan-cache';
import { queryBody, toldOfBody } from '../reading/query-body';
import { sourceOfRoute } from '../reading/row-source';
import { authorise, type Located, locate } from '../routing/locate';
import { Routes } from '../routing/route-feed';
import { Snapshots } from '../routing/snapshots';
import { Sends } from '../sending/sends';

/**
 * The way of a data request: one line a step, each with the result of the one before. What is at hand is never waited
 * for, so a page that was asked for before is answered before anything else happens in this process.
 */
@Injectable()
export class DataRequests {
  constructor(
    private readonly tokens: AccessTokenGuard,
    private readonly routes: Routes,
    private readonly limits: Limits,
    private readonly pages: Pages,
    private readonly plans: PlanCache,
    private readonly answers: Answers,
    private readonly exports: Exports,
    private readonly changes: Changes,
    private readonly documents: ApiDocuments,
    private readonly sends: Sends,
    private readonly snapshots: Snapshots,
  ) {}

  answer(request: FastifyRequest, reply: FastifyReply): Soon<void> {
    return andThen(this.tokens.admit(request, reply), (verdict) => {
      const found = this.find(request, verdict);
      return andThen(this.limits.admit(verdict, reply), (charge) => this.read(request, reply, found, charge));
    });
  }

  private find(request: FastifyRequest, verdict: Verdict): Located {
    const found = locate(this.routes.table(), request);
    request.apiId = found.route.apiId;
    request.datasetId = found.route.datasetId;
    authorise(found.route, verdict);
    return found;
  }

  private read(
    request: FastifyRequest,
    reply: FastifyReply,
    { route: found, resource }: Located,
    charge?: RowCharge,
  ): Soon<void> {
    if (resource === 'rows' && found.method === 'POST') return this.sends.send(request, reply, found, charge);
    return andThen(currentRoute(this.snapshots, found, request), (route) => {
      if (resource !== 'rows') return this.readPart(request, reply, { route, resource }, charge);
      const search = request.url.split('?')[1] ?? '';
      return andThen(this.plans.plan(sourceOfRoute(route), search), (plan) => {
        return this.answers.send(request, reply, plan, charge);
      });
    });
  }

  private async readPart(
    request: FastifyRequest,
    reply: FastifyReply,
    { route, resource }: Located,
    charge?: RowCharge,
  ): Promise<void> {
    if (resource === '_schema') return await sendDocument(reply, apiSchema(route));
    if (resource === '_openapi.json') return await sendDocument(reply, await this.documents.of(route, request));
    const source = sourceOfRoute(route);
    const search = request.url.split('?')[1] ?? '';
    if (resource === '_changes') {
      return await this.answers.send(request, reply, await this.changes.plan(route, search), charge);
    }
    if (resource === '_export') {
      const plan = await this.exports.plan(source, search);
      return await this.exports.send(request, reply, plan, charge);
    }
    const plan = await this.pages.plan(source, { body: await queryBody(request) });
    await toldOfBody(this.answers.send(request, reply, plan, charge));
  }
}

/** What describes an API changes with it and its data: it is asked for again each time. */
async function sendDocument(reply: FastifyReply, document: object): Promise<void> {
  await reply
    .headers({ 'cache-control': 'private, no-cache', 'content-type': 'application/json; charset=utf-8' })
    .send(JSON.stringify(document));
}

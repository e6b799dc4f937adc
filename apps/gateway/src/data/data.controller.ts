import { All, Controller, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Verdict } from '@sluice/contracts/tokens';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../auth/access';
import { Caller } from '../auth/caller';
import { ApiDocuments } from '../docs/api-documents';
import { Limits } from '../limits/limits';
import { Routes } from '../routing/route-feed';
import { Snapshots } from '../routing/snapshots';
import { Answers } from './answers';
import { apiSchema } from './api-schema';
import { Exports } from './exports';
import { authorise, locate } from './locate';
import { currentRoute } from './min-snapshot';
import { Pages } from './pages';
import { PlanCache } from './plan-cache';
import { queryBody, toldOfBody } from './query-body';
import { sourceOfRoute } from './row-source';
import { Sends } from './sends';

/** The way of a data request, after the guard has authenticated it: one line a step. */
@ApiExcludeController()
@Controller('api')
@Access('token')
export class DataController {
  constructor(
    private readonly routes: Routes,
    private readonly limits: Limits,
    private readonly pages: Pages,
    private readonly plans: PlanCache,
    private readonly answers: Answers,
    private readonly exports: Exports,
    private readonly documents: ApiDocuments,
    private readonly sends: Sends,
    private readonly snapshots: Snapshots,
  ) {}

  @All('*')
  @RouteConfig({ streamsBody: true })
  async answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Caller() verdict: Verdict): Promise<void> {
    const { route: found, resource } = locate(this.routes.table(), request);
    request.apiId = found.apiId;
    request.datasetId = found.datasetId;
    authorise(found, verdict);
    const charge = await this.limits.admit(verdict, reply);
    if (resource === 'rows' && found.method === 'POST') return await this.sends.send(request, reply, found, charge);
    const route = await currentRoute(this.snapshots, found, request);
    if (resource === '_schema') return await sendDocument(reply, apiSchema(route));
    if (resource === '_openapi.json') return await sendDocument(reply, await this.documents.of(route, request));
    const source = sourceOfRoute(route);
    const search = request.url.split('?')[1] ?? '';
    if (resource === '_export')
      return await this.exports.send(request, reply, await this.exports.plan(source, search), charge);
    if (resource === '_query') {
      const plan = await this.pages.plan(source, { body: await queryBody(request) });
      return await toldOfBody(this.answers.send(request, reply, plan, charge));
    }
    await this.answers.send(request, reply, await this.plans.plan(source, search), charge);
  }
}

/** What describes an API changes with it and its data: it is asked for again each time. */
async function sendDocument(reply: FastifyReply, document: object): Promise<void> {
  await reply
    .headers({ 'cache-control': 'private, no-cache', 'content-type': 'application/json; charset=utf-8' })
    .send(JSON.stringify(document));
}

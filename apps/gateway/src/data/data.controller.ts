import { All, Controller, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Verdict } from '@sluice/contracts/tokens';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../auth/access';
import { Caller } from '../auth/caller';
import { Routes } from '../routing/route-feed';
import { Answers } from './answers';
import { authorise, locate } from './locate';
import { PlanCache } from './plan-cache';
import { sourceOfRoute } from './row-source';

/** The way of a data request, after the guard has authenticated it: one line a step. */
@ApiExcludeController()
@Controller('api')
@Access('token')
export class DataController {
  constructor(
    private readonly routes: Routes,
    private readonly plans: PlanCache,
    private readonly answers: Answers,
  ) {}

  @All('*')
  async answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Caller() verdict: Verdict): Promise<void> {
    const route = locate(this.routes.table(), request);
    request.apiId = route.apiId;
    authorise(route, verdict);
    const plan = await this.plans.plan(sourceOfRoute(route), request.url.split('?')[1] ?? '');
    await this.answers.send(request, reply, plan);
  }
}

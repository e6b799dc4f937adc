import { Injectable } from '@nestjs/common';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { andThen, type Soon } from '@sluice/runtime/at-once';
import { inStage } from '@sluice/runtime/tracing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Admission } from '../admission/admission';
import { AccessTokenGuard } from '../auth/bearer.guard';
import type { DataClass } from '../http/route-class';
import type { Charge } from '../limits/charge';
import { Limits } from '../limits/limits';
import { Resources } from '../resources/resources';
import { authorise, type Located, locate, type ResourceName } from '../routing/locate';
import { Routes } from '../routing/route-feed';

/** A request that may be answered, with what charges the token for its answer. */
interface Admitted extends Located {
  charge: Charge | undefined;
}

/** A page that turns out to be a lookup says so itself. */
const classOf: Readonly<Record<ResourceName, DataClass>> = {
  rows: 'page',
  query: 'query',
  exports: 'export',
  parquet: 'file',
  links: 'description',
  changes: 'changes',
  sends: 'send',
  schema: 'description',
  openapi: 'description',
  dataPackage: 'description',
  croissant: 'description',
};

/** Leads each data request through its stages: authenticate, find, enter, limit, answer. What is at hand is never waited for. */
@Injectable()
export class DataRequests {
  constructor(
    private readonly tokens: AccessTokenGuard,
    private readonly routes: Routes,
    private readonly limits: Limits,
    private readonly admission: Admission,
    private readonly resources: Resources,
  ) {}

  /** Answers a request, or fails with the problem that its caller is told. */
  answer(request: FastifyRequest, reply: FastifyReply): Soon<void> {
    const span = request.span ?? null;
    return andThen(
      inStage('verdict', () => this.tokens.authenticate(request, reply), span),
      (verdict) =>
        andThen(
          inStage('admission', () => this.admit(request, reply, verdict), span),
          ({ route, resource, charge }) => this.resources[resource].answer({ request, reply, route, charge }),
        ),
    );
  }

  /** Finds what is asked for, and takes a place and a piece of the token's limits for it. */
  private admit(request: FastifyRequest, reply: FastifyReply, verdict: Verdict): Soon<Admitted> {
    const { route, resource } = this.find(request, verdict);
    this.admission.data.enter(verdict.id, request, reply);
    return andThen(this.limits.charge(verdict, reply), (charge) => ({ route, resource, charge }));
  }

  /** Finds the API and its resource, notes them for the log, and refuses a token that may not use the API. */
  private find(request: FastifyRequest, verdict: Verdict): Located {
    const found = locate(this.routes.table(), request);
    request.apiId = found.route.apiId;
    request.datasetId = found.route.datasetId;
    request.dataClass = classOf[found.resource];
    authorise(found.route, verdict);
    return found;
  }
}

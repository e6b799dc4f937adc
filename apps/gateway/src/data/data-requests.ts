import { Injectable } from '@nestjs/common';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { andThen, type Soon } from '@sluice/runtime/at-once';
import { inStage } from '@sluice/runtime/tracing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Admission } from '../admission/admission';
import { announce } from '../answering/announced-fields';
import { AccessTokenGuard } from '../auth/bearer.guard';
import { ListedDescriptions } from '../catalog/listed-descriptions';
import type { DataClass } from '../http/route-class';
import type { Charge } from '../limits/charge';
import { Limits } from '../limits/limits';
import { Resources } from '../resources/resources';
import { authorise, isAssigned, isOpen, type Located, locate, locateOpen, type ResourceName } from '../routing/locate';
import { Routes } from '../routing/route-feed';

/** A request that may be answered, with what charges the token for its answer. */
interface Admitted extends Located {
  charge: Charge | undefined;
  /** Whether the token is not assigned to the API: it is told of it as everybody is. */
  isStranger: boolean;
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
    private readonly descriptions: ListedDescriptions,
  ) {}

  /** Answers a request, or fails with the problem that its caller is told. */
  answer(request: FastifyRequest, reply: FastifyReply): Soon<void> {
    const span = request.span ?? null;
    const open = request.headers.authorization === undefined ? locateOpen(this.routes.table(), request) : null;
    if (open) return this.answerEverybody(open, request, reply);
    return andThen(
      inStage('verdict', () => this.tokens.authenticate(request, reply), span),
      (verdict) =>
        andThen(
          inStage('admission', () => this.admit(request, reply, verdict), span),
          ({ route, resource, charge, isStranger }) => {
            announce(reply, route);
            const call = { request, reply, route, charge };
            return isStranger ? this.descriptions.answer(call, resource) : this.resources[resource].answer(call);
          },
        ),
    );
  }

  /** Answers a caller without a token, who takes a place of those that an address has. */
  private answerEverybody(found: Located, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { route, resource } = found;
    note(request, found);
    this.admission.admitUnknown(request, reply);
    announce(reply, route);
    return this.descriptions.answer({ request, reply, route }, resource);
  }

  /** Finds what is asked for, and takes a place and a piece of the token's limits for it. */
  private admit(request: FastifyRequest, reply: FastifyReply, verdict: Verdict): Soon<Admitted> {
    const { route, resource, isStranger } = this.find(request, verdict);
    this.admission.data.enter(verdict.id, request, reply);
    return andThen(this.limits.charge(verdict, reply), (charge) => ({ route, resource, charge, isStranger }));
  }

  /** Finds the API and its resource, notes them for the log, and refuses a token that may not use the API. */
  private find(request: FastifyRequest, verdict: Verdict): Omit<Admitted, 'charge'> {
    const found = locate(this.routes.table(), request);
    note(request, found);
    const isStranger = isOpen(found) && !isAssigned(found.route, verdict);
    if (!isStranger) authorise(found.route, verdict);
    return { ...found, isStranger };
  }
}

function note(request: FastifyRequest, { route, resource }: Located): void {
  request.apiId = route.apiId;
  request.datasetId = route.datasetId;
  request.dataClass = classOf[resource];
}

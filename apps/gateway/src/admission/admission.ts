import { Inject, Injectable } from '@nestjs/common';
import { inStage } from '@sluice/runtime/tracing';
import { WatchedNumbers } from '@sluice/runtime/watched-numbers';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AdminIdentity } from '../auth/admin-identity';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { Places } from '../http/places';
import { networkOf } from '../limits/client-address';
import { LimitReached } from '../limits/limit-fields';

/** Management requests at work, and those of one admin until they are answered. */
const MANAGEMENT = { most: 300, each: 100 };
/** Requests without credentials at work, and those of one address until they are answered. */
const UNKNOWN = { most: 300, each: 100 };
const atWork = new WatchedNumbers(
  'sluice_requests_at_work',
  'Requests that this gateway works for: neither while a client sends its body nor while it takes the answer',
  'kind',
);

/**
 * Gives requests their places, for each kind of caller apart: data with a token, management, and those without
 * credentials. Nobody of one kind can take the places of another.
 */
@Injectable()
export class Admission {
  /** By token; a data request enters once its token is known. */
  readonly data: Places;
  private readonly management = new Places({ ...MANAGEMENT, refuseCaller: tooMany('an admin') });
  private readonly unknown = new Places({ ...UNKNOWN, refuseCaller: tooMany('an address') });

  constructor(
    private readonly identity: AdminIdentity,
    @Inject(GATEWAY_CONFIG) config: GatewayConfig,
  ) {
    this.data = new Places({
      most: config.SLUICE_MAX_IN_FLIGHT,
      each: config.SLUICE_REQUESTS_PER_TOKEN,
      refuseCaller: tooMany('a token'),
    });
    atWork.watch(() => this.data.busy, 'data');
    atWork.watch(() => this.management.busy, 'management');
    atWork.watch(() => this.unknown.busy, 'unknown');
  }

  /** Admits what is no data request, before a byte of its body is read. */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (request.url.startsWith('/manage/') && this.identity.isOffered(request)) {
      // A public route does not care who asks; the guard of every other one refuses.
      await this.identity.authenticate(request, reply).catch((error: unknown) => {
        request.refusal = error;
      });
    }
    const { admin } = request;
    if (admin) this.management.enter(admin.adminId ?? admin.id, request, reply);
    else this.admitUnknown(request, reply);
  }

  /** Admits a caller without credentials, by the address. */
  admitUnknown(request: FastifyRequest, reply: FastifyReply): void {
    this.unknown.enter(networkOf(request.ip), request, reply);
  }
}

/** Data enters once its token is known, that of agents as well, and health can always be asked. */
const ADMITTED_LATER = [
  '/api/',
  '/links/',
  '/delta-sharing/',
  '/odata/',
  '/health/',
  '/mcp',
  '/catalog.jsonld',
  '/.well-known/api-catalog',
];

/** Admits every request but those for data and health: the former enter later, the latter can always be asked. */
export function admitRequests(server: FastifyInstance, admission: Admission): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (ADMITTED_LATER.some((prefix) => request.url.startsWith(prefix))) return done();
    inStage('admission', () => admission.admit(request, reply), request.span ?? null).then(() => done(), done);
  });
}

function tooMany(whose: string): (each: number, seconds: number) => LimitReached {
  return (each, seconds) =>
    new LimitReached('rate_limited', `requests of ${whose} at a time: ${each}`, 'concurrency', seconds);
}

import type { Route } from '@sluice/contracts/registry/routes';
import type { Soon } from '@sluice/runtime/at-once';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Charge } from '../limits/charge';

/** A data request whose caller may use the API, and has not reached a limit yet. */
export interface DataCall {
  request: FastifyRequest;
  reply: FastifyReply;
  /** The API as registry gave it; what reads rows brings its snapshot up to date first. */
  route: Route;
  /** Charges the answer to the token, where that is limited. */
  charge?: Charge;
}

/** One thing that can be asked of an API. */
export interface Resource {
  /** Sends the answer, or fails with the problem that the caller is told. */
  answer(call: DataCall): Soon<void>;
}

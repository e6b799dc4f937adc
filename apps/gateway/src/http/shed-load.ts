import { InFlight } from '@sluice/messaging/in-flight';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problem';

declare module 'fastify' {
  interface FastifyRequest {
    /** Gives up the request's place among those in flight, for work that is bounded in another way. */
    leavePlace?: () => void;
  }
}

/**
 * Takes so many requests at a time and refuses the others at once: beyond what a gateway can do, more only makes all of
 * them slow. Its health can always be asked for.
 */
export function shedLoad(server: FastifyInstance, limit: number): void {
  const inFlight = new InFlight(limit);
  server.addHook('onRequest', (request, reply, done) => {
    if (request.url.startsWith('/health/')) return done();
    const leave = inFlight.enter();
    if (!leave)
      return done(new HttpProblem('overloaded', { detail: 'more requests are under way than this gateway takes' }));
    request.leavePlace = once(leave);
    reply.raw.once('close', request.leavePlace);
    done();
  });
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}

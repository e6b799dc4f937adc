import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Closes every connection that carries no request when the server stops, and the others with their last answer. Node
 * leaves those open that never sent a byte, as browsers keep them at hand: they held a stop up until it was killed.
 */
export function closeWhenStopped(server: FastifyInstance): void {
  /** The requests under way on each open connection. */
  const underWay = new Map<Socket, number>();
  let isStopping = false;
  const closeIfIdle = (socket: Socket) => {
    if (isStopping && underWay.get(socket) === 0) socket.destroySoon();
  };
  const add = (socket: Socket, change: number) => underWay.set(socket, (underWay.get(socket) ?? 0) + change);
  server.server.on('connection', (socket: Socket) => {
    underWay.set(socket, 0);
    socket.once('close', () => underWay.delete(socket));
    closeIfIdle(socket);
  });
  server.server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    add(socket, 1);
    response.once('close', () => {
      if (!underWay.has(socket)) return;
      add(socket, -1);
      closeIfIdle(socket);
    });
  });
  server.addHook('preClose', async () => {
    isStopping = true;
    for (const socket of underWay.keys()) closeIfIdle(socket);
  });
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** Follows the connections of a server, to end those on which a client does nothing, or all that are idle when it stops. */
export function watchConnections(server: FastifyInstance): void {
  /** The requests under way on each open connection, in their order. */
  const underWay = new Map<Socket, Exchange[]>();
  let isStopping = false;
  /** Node leaves those open that never sent a byte, as browsers keep them at hand: they held a stop up until it was killed. */
  const closeIfStopping = (socket: Socket) => {
    if (isStopping && underWay.get(socket)?.length === 0) socket.destroySoon();
  };
  server.server.on('connection', (socket: Socket) => {
    underWay.set(socket, []);
    socket.once('close', () => underWay.delete(socket));
    closeIfStopping(socket);
  });
  server.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const exchange = { request, response };
    underWay.get(socket)?.push(exchange);
    response.once('close', () => {
      const others = underWay.get(socket)?.filter((each) => each !== exchange);
      if (!others) return;
      underWay.set(socket, others);
      closeIfStopping(socket);
    });
  });
  server.server.on('timeout', (socket: Socket) => {
    const [first] = underWay.get(socket) ?? [];
    if (first && !isForClient(first)) socket.setTimeout(server.server.timeout);
    else socket.destroy();
  });
  server.addHook('preClose', async () => {
    isStopping = true;
    for (const socket of underWay.keys()) closeIfStopping(socket);
  });
}

/** Tells whether it is for the client to go on: with a body of which nothing is here, or by taking what is there for it. */
function isForClient({ request, response }: Exchange): boolean {
  return response.writableLength > 0 || (!request.complete && request.readableLength === 0);
}

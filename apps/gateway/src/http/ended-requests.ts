import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** What is told of a client that left before the head of its answer, as other servers do. */
const CLIENT_GONE = 499;

/** A request whose answer is out, or whose client is gone. */
export interface EndedRequest {
  request: FastifyRequest;
  reply: FastifyReply;
  status: number;
  /** Of the body, as far as it was sent. A streamed body, and one that was broken off, is measured with its head. */
  bytes: number;
}

/**
 * Tells of every request once it has ended, however that was: the framework's hook for it misses clients that leave before the end of
 * their answer. Register it before all that may refuse a request.
 */
export function followRequests(server: FastifyInstance, hearers: readonly ((ended: EndedRequest) => void)[]): void {
  server.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw;
    const bytesBefore = socket.bytesWritten;
    reply.raw.once('close', () => {
      const status = reply.raw.headersSent ? reply.statusCode : CLIENT_GONE;
      const bytes = bytesOf(request, reply, socket.bytesWritten - bytesBefore);
      for (const hear of hearers) hear({ request, reply, status, bytes });
    });
    done();
  });
}

function bytesOf({ method }: FastifyRequest, reply: FastifyReply, sent: number): number {
  if (method === 'HEAD') return 0;
  const length = reply.getHeader('content-length');
  return length === undefined ? sent : Math.min(Number(length), sent);
}

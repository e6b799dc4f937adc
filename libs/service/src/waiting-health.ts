import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * Answers health while a process still waits for what it cannot start without: it lives, but is not ready. Without it a
 * supervisor would end a process for MongoDB being late. The result gives the port back.
 */
export async function serveWaitingHealth(port: number, host: string): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    const live = request.url === '/health/live';
    const body = live ? { status: 'ok' } : { status: 'not ready', parts: { process: 'starting' } };
    response.writeHead(live ? 200 : 503, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(body));
  });
  server.listen(port, host);
  await once(server, 'listening');
  return async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
}

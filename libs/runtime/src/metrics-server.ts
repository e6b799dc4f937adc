import { once } from 'node:events';
import { createServer } from 'node:http';
import { collectDefaultMetrics, register } from 'prom-client';

/** Serves /metrics on a port of its own, for a process whose main port is public. Ends with the process. */
export async function serveMetrics(port: number, host: string): Promise<void> {
  collectDefaultMetrics();
  const server = createServer(async (request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': register.contentType }).end(await register.metrics());
  });
  server.listen(port, host).unref();
  await once(server, 'listening');
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { databaseWorkerPolicy } from '../http/security-headers';

/** Beside the services in dist/, where the console's own build puts it. */
const root = join(__dirname, '../../../../console');
const DATABASE_WORKER = /\/assets\/duckdb-[\w.-]*worker[\w.-]*\.js$/;
const NAMED_BY_CONTENT = 'public, max-age=31536000, immutable';

/**
 * The console's files. Each file has a route of its own, so that no path can lead anywhere else; any other address under
 * /console/ is a page of the console, which finds out itself what to show there.
 */
export async function serveConsole(server: FastifyInstance): Promise<void> {
  if (!existsSync(join(root, 'index.html'))) return;
  await server.register(fastifyStatic, {
    root,
    prefix: '/console/',
    wildcard: false,
    index: false,
    dotfiles: 'ignore',
    cacheControl: false,
    // The database is packed when the console is built: 34 MB are too many to pack for each who asks.
    preCompressed: true,
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.includes('/assets/') ? NAMED_BY_CONTENT : 'no-cache');
      if (DATABASE_WORKER.test(path)) reply.header('content-security-policy', databaseWorkerPolicy);
    },
  });
  server.get('/console/*', (request, reply) => {
    // A console that is older than these files asks for parts that are gone: a page in their place would be no script.
    if (request.url.startsWith('/console/assets/')) return reply.callNotFound();
    return reply.sendFile('index.html');
  });
}

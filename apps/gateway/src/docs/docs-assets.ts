import { dirname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { ServiceError } from '@sluice/messaging/service-error';
import type { FastifyInstance } from 'fastify';
import { sendProblem } from '../http/send-problem';

const YEAR_MS = 365 * 24 * 3_600_000;

/** Serves Swagger UI's files and our own page's, all from this machine: the documentation works without the internet. */
export async function serveDocsAssets(server: FastifyInstance): Promise<void> {
  await server.register((files, _options, done) => {
    // Addresses that no file can have (`..`, NUL) are errors to the plugin, and nothing else can go wrong there.
    files.setErrorHandler((_error, request, reply) => sendProblem(new ServiceError('not_found'), request, reply));
    files.register(fastifyStatic, {
      root: dirname(require.resolve('swagger-ui-dist/package.json')),
      prefix: '/docs/assets/',
      decorateReply: false,
      allowedPath: (path) => /^\/swagger-ui(-bundle)?\.(css|js)$/.test(path),
      maxAge: YEAR_MS,
    });
    files.register(fastifyStatic, {
      root: join(__dirname, 'page'),
      prefix: '/docs/page/',
      decorateReply: false,
      allowedPath: (path) => /\.(css|mjs)$/.test(path),
    });
    done();
  });
}

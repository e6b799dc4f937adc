import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../http/problem';
import { sendProblem } from '../http/send-problem';
import { LINKSET_PATH } from './api-linkset';
import type { CatalogForm, CatalogRequests } from './catalog-requests';
import { CATALOG_PATH } from './dcat-catalog';

const paths: readonly (readonly [string, CatalogForm])[] = [
  [CATALOG_PATH, 'dcat'],
  [LINKSET_PATH, 'linkset'],
];

/** Serves what crawlers look for beside the framework's router, as the endpoints of APIs are. */
export function serveCatalog(server: FastifyInstance, requests: CatalogRequests): void {
  for (const [path, form] of paths) {
    server.all(
      path,
      {
        config: { streamsBody: true },
        compress: false,
        errorHandler: (error, request, reply) => sendProblem(error, request, reply),
      },
      (request, reply) => {
        if (request.method === 'GET' || request.method === 'HEAD') return requests.answer(form, request, reply);
        throw new HttpProblem('method_not_allowed', { detail: 'a catalogue is read', headers: { allow: 'GET, HEAD' } });
      },
    );
  }
}

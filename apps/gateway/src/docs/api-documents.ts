import { Injectable } from '@nestjs/common';
import type { Route } from '@sluice/contracts/registry/routes';
import type { JsonSchema } from '@sluice/query/describing/openapi-parameters';
import type { FastifyRequest } from 'fastify';
import { apiDocument } from './api-document';
import { ExampleRows } from './example-row';
import { sendDocument } from './send-document';

/** OpenAPI documents of APIs, wherever they are asked for. */
@Injectable()
export class ApiDocuments {
  constructor(private readonly examples: ExampleRows) {}

  async of(route: Route, request: FastifyRequest): Promise<JsonSchema> {
    const url = `${request.protocol}://${route.domain ?? request.host}`;
    if (route.method === 'POST') return sendDocument(route, url);
    return apiDocument(route, url, await this.examples.of(route));
  }
}

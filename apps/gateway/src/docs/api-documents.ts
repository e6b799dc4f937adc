import { Injectable } from '@nestjs/common';
import type { Route } from '@sluice/contracts/routes';
import type { JsonSchema } from '@sluice/query/openapi-parameters';
import type { FastifyRequest } from 'fastify';
import { apiDocument } from './api-document';
import { ExampleRows } from './example-row';

/** OpenAPI documents of APIs, wherever they are asked for. */
@Injectable()
export class ApiDocuments {
  constructor(private readonly examples: ExampleRows) {}

  async of(route: Route, request: FastifyRequest): Promise<JsonSchema> {
    const host = route.domain ?? request.host;
    return apiDocument(route, `${request.protocol}://${host}`, await this.examples.of(route));
  }
}

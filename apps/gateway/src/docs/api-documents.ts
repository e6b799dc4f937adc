import { Injectable } from '@nestjs/common';
import type { Route } from '@sluice/contracts/registry/routes';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';
import type { FastifyRequest } from 'fastify';
import { makeReadDocument } from './api-document';
import { ExampleRows } from './example-row';
import { makeSendDocument } from './send-document';

/** Makes the OpenAPI documents of APIs, wherever they are asked for. */
@Injectable()
export class ApiDocuments {
  constructor(private readonly examples: ExampleRows) {}

  /** Makes the document of an API as it is now. */
  async make(route: Route, request: FastifyRequest): Promise<JsonSchema> {
    const url = `${request.protocol}://${route.domain ?? request.host}`;
    if (route.method === 'POST') return makeSendDocument(route, url);
    return makeReadDocument(route, url, await this.examples.find(route));
  }
}

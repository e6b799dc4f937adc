import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ConsoleCookie } from '../auth/console-cookie';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';

/** Swagger UI of the management routes at /docs, its document at /docs/openapi.json. */
export function serveManagementDocs(app: NestFastifyApplication): void {
  const cookie = new ConsoleCookie(app.get<GatewayConfig>(GATEWAY_CONFIG).SLUICE_PUBLIC_URL, 'sluice_session');
  const description = new DocumentBuilder()
    .setTitle('Sluice management')
    .setDescription(
      'Datasets, APIs over them, and the tokens that open the APIs. Calls need an admin key, or the session of a browser.',
    )
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addCookieAuth(cookie.name, { type: 'apiKey', in: 'cookie' }, 'session')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'sla_…', description: 'Admin key: sla_…' }, 'admin')
    .build();
  const document = () => once(SwaggerModule.createDocument(app, description, { operationIdFactory }));
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
    customSiteTitle: 'Sluice management',
    swaggerOptions: { persistAuthorization: false, displayRequestDuration: true },
  });
}

/** A rule of a route and one of its controller each declare the ways in: every way is named once. */
function once(document: OpenAPIObject): OpenAPIObject {
  const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
  for (const path of Object.values(document.paths)) {
    for (const operation of methods.flatMap((method) => path[method] ?? [])) {
      const ways = new Map(operation.security?.map((way) => [JSON.stringify(way), way]));
      if (operation.security) operation.security = [...ways.values()];
    }
  }
  return document;
}

/** `DatasetsController.create` is the operation `datasets.create`. */
function operationIdFactory(controller: string, method: string): string {
  return `${controller.replace(/Controller$/, '').toLowerCase()}.${method}`;
}

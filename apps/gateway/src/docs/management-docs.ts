import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { cookieNameOf } from '../auth/browser-sessions';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config';

/** Swagger UI of the management routes at /docs, its document at /docs/openapi.json. */
export function serveManagementDocs(app: NestFastifyApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Sluice management')
    .setDescription(
      'Datasets, APIs over them, and the tokens that open the APIs. Calls need an admin key, or the session of a browser.',
    )
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addCookieAuth(cookieNameOf(app.get<GatewayConfig>(GATEWAY_CONFIG)), { type: 'apiKey', in: 'cookie' }, 'session')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'Admin key: sla_…' }, 'admin')
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, description, { operationIdFactory }), {
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
    customSiteTitle: 'Sluice management',
    swaggerOptions: { persistAuthorization: false, displayRequestDuration: true },
  });
}

/** `DatasetsController.create` is the operation `datasets.create`. */
function operationIdFactory(controller: string, method: string): string {
  return `${controller.replace(/Controller$/, '').toLowerCase()}.${method}`;
}

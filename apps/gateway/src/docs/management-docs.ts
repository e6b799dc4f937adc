import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ConsoleCookie } from '../auth/console-cookie';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { finishManagementDocument } from './management-document';

const DESCRIPTION = `Datasets, APIs over them, and the tokens that open the APIs.

Calls need an admin key as a bearer token, or the session of a browser; what a role may do is told by each 403.
Lists are pages, newest first: \`page.nextCursor\` is the \`_cursor\` of the next one, and null on the last.
A change names the revision that it was made from (\`If-Match\` with the \`ETag\` of the last read), so that nobody
overwrites what somebody else has changed meanwhile. Creations take an \`Idempotency-Key\` and can be repeated safely.
Errors are problem documents (RFC 9457): \`code\` is for programs, \`errors\` tells each fault at its place.`;

const TAGS: Readonly<Record<string, string>> = {
  datasets: 'Named data, its immutable versions, and the imports that add them',
  apis: 'HTTP endpoints over datasets: what consumers see and may ask for',
  tokens: 'Access tokens, by which consumers call APIs',
  domains: 'Host names under which APIs are served',
  session: 'Signing in and out, and the one-time links that open accounts',
  admins: 'The people who manage this installation, and admin keys',
  usage: 'Who calls which API how often, how much and how fast',
  audit: 'Who changed what, when and from where',
};

/** Serves the document of the management routes at /docs/openapi.json, which the page at /docs shows. */
export function serveManagementDocs(app: NestFastifyApplication): void {
  const { SLUICE_PUBLIC_URL } = app.get<GatewayConfig>(GATEWAY_CONFIG);
  const cookie = new ConsoleCookie(SLUICE_PUBLIC_URL, 'sluice_session');
  const builder = new DocumentBuilder()
    .setTitle('Sluice management')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setOpenAPIVersion('3.1.0')
    .addServer(SLUICE_PUBLIC_URL, 'This installation')
    .addCookieAuth(
      cookie.name,
      { type: 'apiKey', in: 'cookie', description: 'The session that signing in begins, in browsers' },
      'session',
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'sla_…', description: 'Admin key: sla_…' }, 'admin');
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  const description = builder.build();
  const document = (): OpenAPIObject => {
    const made = SwaggerModule.createDocument(app, description, { operationIdFactory });
    finishManagementDocument(made);
    return made;
  };
  SwaggerModule.setup('docs', app, document, {
    ui: false,
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
  });
}

/** `DatasetsController.create` is the operation `datasets.create`. */
function operationIdFactory(controller: string, method: string): string {
  return `${controller.replace(/Controller$/, '').toLowerCase()}.${method}`;
}

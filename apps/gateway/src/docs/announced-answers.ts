import type { Route } from '@sluice/contracts/registry/routes';
import { licenseName } from '@sluice/query/describing/catalog-words';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';
import { headersOf } from './answer-headers';

type Paths = Record<string, Record<string, { responses?: Record<string, { headers?: JsonSchema }> }>>;

/** Tells whether consumers should use something else by now. */
export function isDeprecated({ settings: { deprecatedAt } }: Route): boolean {
  return deprecatedAt !== null && Date.parse(deprecatedAt) <= Date.now();
}

/** Gives the parts of a document about its API that its publisher set: licence, contact, and the page about its end. */
export function aboutApi({ settings: { license, contact, deprecationPage } }: Route) {
  return {
    info: {
      ...(license !== null && { license: { name: licenseName(license) ?? license, url: license } }),
      ...(contact && {
        contact: {
          name: contact.name,
          ...(contact.email !== null && { email: contact.email }),
          ...(contact.page !== null && { url: contact.page }),
        },
      }),
    },
    document: {
      ...(deprecationPage !== null && {
        externalDocs: { url: deprecationPage, description: 'About the end of the API' },
      }),
    },
  };
}

/** Adds the fields of the header that every good answer of an API has. */
export function withAnnouncedFields(
  paths: Record<string, JsonSchema>,
  { settings }: Route,
): Record<string, JsonSchema> {
  const fields = headersOf(
    'Link',
    ...(settings.deprecatedAt === null ? [] : (['Deprecation'] as const)),
    ...(settings.sunsetAt === null ? [] : (['Sunset'] as const)),
  );
  return mapValues(paths as Paths, (path) =>
    mapValues(path, (operation) => ({
      ...operation,
      responses: mapValues(operation.responses ?? {}, (response, status) =>
        status < '3' ? { ...response, headers: { ...response.headers, ...fields } } : response,
      ),
    })),
  );
}

function mapValues<From, To>(of: Record<string, From>, change: (value: From, name: string) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value, name)]));
}

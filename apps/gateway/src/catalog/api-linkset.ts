import type { Route } from '@sluice/contracts/registry/routes';
import type { CatalogPage } from './catalog-page';
import { CATALOG_PATH } from './dcat-catalog';
import { openEndpoint } from './open-route';

export const LINKSET_PATH = '/.well-known/api-catalog';
/** RFC 9727 section 5.1. */
export const LINKSET_TYPE = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"';

/** Writes a page of APIs as a set of links (RFC 9264 section 4.2): which there are, and for each where it is described. */
export function linksetOf({ routes, next }: CatalogPage, publicUrl: string): object {
  const anchor = `${publicUrl}${LINKSET_PATH}`;
  return {
    linkset: [
      {
        anchor,
        item: routes.map((route) => ({ href: openEndpoint(route, publicUrl), title: route.name })),
        describedby: [{ href: `${publicUrl}${CATALOG_PATH}`, type: 'application/ld+json' }],
        ...(next !== null && { next: [{ href: `${anchor}?after=${next}` }] }),
      },
      ...routes.map((route) => linksOf(route, publicUrl)),
    ],
  };
}

function linksOf(route: Route, publicUrl: string): object {
  const anchor = openEndpoint(route, publicUrl);
  const { license, deprecatedAt, sunsetAt, deprecationPage } = route.settings;
  const page = deprecationPage === null ? [] : [{ href: deprecationPage }];
  return {
    anchor,
    'service-desc': [{ href: `${anchor}/_openapi.json`, type: 'application/json' }],
    'service-doc': [{ href: `${publicUrl}/docs/apis/${route.slug}`, type: 'text/html' }],
    ...(route.method === 'GET' &&
      route.settings.export && {
        describedby: [
          { href: `${anchor}/_datapackage.json`, type: 'application/json' },
          { href: `${anchor}/_croissant.json`, type: 'application/ld+json' },
        ],
      }),
    ...(license !== null && { license: [{ href: license }] }),
    ...(deprecatedAt !== null && page.length > 0 && { deprecation: page }),
    ...(sunsetAt !== null && page.length > 0 && { sunset: page }),
  };
}

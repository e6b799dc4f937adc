import type { GatewayConfig } from '../config/gateway-config';
import type { CatalogPage } from './catalog-page';
import { dcatContext, thing } from './dcat-context';
import { datasetOf, serviceOf } from './dcat-entries';

export const CATALOG_PATH = '/catalog.jsonld';

/** Writes a page of APIs as a catalogue of DCAT-AP 3 in JSON-LD; Hydra's links lead to the next page. */
export function catalogOf({ routes, next }: CatalogPage, after: string | null, config: GatewayConfig): object {
  const { SLUICE_PUBLIC_URL: publicUrl, SLUICE_CATALOG_TITLE, SLUICE_CATALOG_PUBLISHER, SLUICE_CATALOG_PAGE } = config;
  const { host } = new URL(publicUrl);
  const id = `${publicUrl}${CATALOG_PATH}`;
  const name = SLUICE_CATALOG_PUBLISHER ?? host;
  const page = (behind: string | null) => (behind === null ? id : `${id}?after=${behind}`);
  const publisher = {
    ...thing(`${id}#publisher-of-all`, 'foaf:Agent'),
    'foaf:name': name,
    ...(SLUICE_CATALOG_PAGE !== undefined && { 'foaf:homepage': thing(SLUICE_CATALOG_PAGE, 'foaf:Document') }),
  };
  const catalog = { publicUrl, id, publisher: { '@id': publisher['@id'] } };
  return {
    '@context': dcatContext,
    '@id': id,
    '@type': ['dcat:Catalog', 'hydra:Collection'],
    'dct:title': SLUICE_CATALOG_TITLE ?? `Data of ${host}`,
    'dct:description': `What ${name} offers by APIs`,
    'dct:publisher': publisher,
    'foaf:homepage': thing(`${publicUrl}/`, 'foaf:Document'),
    'dcat:dataset': routes.filter(({ method }) => method === 'GET').map((route) => datasetOf(route, catalog)),
    'dcat:service': routes.map((route) => serviceOf(route, catalog)),
    'hydra:view': {
      ...thing(page(after), 'hydra:PartialCollectionView'),
      'hydra:first': { '@id': id },
      ...(next !== null && { 'hydra:next': { '@id': page(next) } }),
    },
  };
}

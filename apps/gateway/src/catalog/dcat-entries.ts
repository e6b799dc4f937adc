import type { Format } from '@sluice/contracts/formats';
import { mediaTypes } from '@sluice/contracts/media-types';
import type { Contact } from '@sluice/contracts/registry/catalog-settings';
import type { Route } from '@sluice/contracts/registry/routes';
import { frequencyNames, hvdNames, themeNames } from '@sluice/query/describing/catalog-words';
import { viewOfRoute } from '../reading/row-source';
import { concept, moment, thing } from './dcat-context';
import { openEndpoint } from './open-route';

const AUTHORITY = 'http://publications.europa.eu/resource/authority';
const IANA = 'https://www.iana.org/assignments/media-types';
/** The regulation on high-value datasets. */
const HVD_REGULATION = 'http://data.europa.eu/eli/reg_impl/2023/138/oj';
/** Media types that IANA has no name for. */
const unregistered: readonly Format[] = ['ndjson'];

/** What every entry of a catalogue is written with. */
export interface Catalog {
  publicUrl: string;
  /** The address of the catalogue. */
  id: string;
  publisher: object;
}

/** Describes an API that is read as a dataset, in each format that it gives (DCAT-AP 3, section 6). */
export function datasetOf(route: Route, catalog: Catalog): object {
  const { slug, name, modifiedAt, settings } = route;
  const { updateFrequency } = settings;
  return {
    '@id': datasetId(route, catalog),
    '@type': 'dcat:Dataset',
    'dct:title': name,
    'dct:description': descriptionOf(route),
    'dct:identifier': slug,
    'dct:publisher': catalog.publisher,
    ...(modifiedAt !== null && { 'dct:modified': moment(modifiedAt) }),
    ...(updateFrequency !== null && {
      'dct:accrualPeriodicity': {
        ...thing(`${AUTHORITY}/frequency/${updateFrequency}`, 'dct:Frequency'),
        'rdfs:label': frequencyNames[updateFrequency],
      },
    }),
    ...toldOf(route, catalog),
    'dcat:distribution': viewOfRoute(route).formats.map((format) => distributionOf(route, catalog, format)),
  };
}

/** Describes any API as a service; one that is read serves its dataset. */
export function serviceOf(route: Route, catalog: Catalog): object {
  const endpoint = openEndpoint(route, catalog.publicUrl);
  return {
    '@id': serviceId(route, catalog),
    '@type': 'dcat:DataService',
    'dct:title': `API of ${route.name}`,
    'dct:description': descriptionOf(route),
    'dct:publisher': catalog.publisher,
    'dcat:endpointURL': thing(endpoint, 'rdfs:Resource'),
    'dcat:endpointDescription': thing(`${endpoint}/_openapi.json`, 'rdfs:Resource'),
    'foaf:page': thing(docsAddress(route, catalog), 'foaf:Document'),
    ...licenseOf(route),
    ...toldOf(route, catalog),
    ...(route.method === 'GET' && { 'dcat:servesDataset': { '@id': datasetId(route, catalog) } }),
  };
}

function distributionOf(route: Route, catalog: Catalog, format: Format): object {
  const endpoint = openEndpoint(route, catalog.publicUrl);
  const { type } = mediaTypes[format];
  return {
    '@id': `${datasetId(route, catalog)}-${format}`,
    '@type': 'dcat:Distribution',
    'dct:title': `${route.name} (${format})`,
    'dcat:accessURL': thing(endpoint, 'rdfs:Resource'),
    ...(viewOfRoute(route).export && {
      'dcat:downloadURL': thing(`${endpoint}/_export?_format=${format}`, 'rdfs:Resource'),
    }),
    ...(!unregistered.includes(format) && { 'dcat:mediaType': thing(`${IANA}/${type}`, 'dct:MediaType') }),
    'dcat:accessService': { '@id': serviceId(route, catalog) },
    ...licenseOf(route),
    ...legislationOf(route),
  };
}

/** What datasets and services are told alike. */
function toldOf(route: Route, catalog: Catalog): object {
  const { contact, theme, hvdCategory } = route.settings;
  return {
    ...(contact && { 'dcat:contactPoint': contactOf(contact) }),
    ...(theme !== null && { 'dcat:theme': concept(`${AUTHORITY}/data-theme/${theme}`, themeNames[theme]) }),
    'dcat:landingPage': thing(docsAddress(route, catalog), 'foaf:Document'),
    ...legislationOf(route),
    ...(hvdCategory !== null && {
      'dcatap:hvdCategory': concept(`http://data.europa.eu/bna/${hvdCategory}`, hvdNames[hvdCategory]),
    }),
  };
}

function contactOf({ name, email, page }: Contact): object {
  return {
    '@type': 'vcard:Kind',
    'vcard:fn': name,
    ...(email !== null && { 'vcard:hasEmail': { '@id': `mailto:${email}` } }),
    ...(page !== null && { 'vcard:hasURL': { '@id': page } }),
  };
}

function licenseOf({ settings: { license } }: Route): object {
  return license === null ? {} : { 'dct:license': thing(license, 'dct:LicenseDocument') };
}

function legislationOf({ settings: { hvdCategory } }: Route): object {
  return hvdCategory === null ? {} : { 'dcatap:applicableLegislation': thing(HVD_REGULATION, 'eli:LegalResource') };
}

/** Slugs are for ever: an entry keeps its name when its API moves to another address. */
function datasetId({ slug }: Route, { id }: Catalog): string {
  return `${id}#${slug}`;
}

function serviceId({ slug }: Route, { id }: Catalog): string {
  return `${id}#${slug}-api`;
}

function docsAddress({ slug }: Route, { publicUrl }: Catalog): string {
  return `${publicUrl}/docs/apis/${slug}`;
}

function descriptionOf({ name, description }: Route): string {
  return description || `Rows of ${name}`;
}

import type { Field } from '@sluice/contracts/fields';
import type { Contact } from '@sluice/contracts/registry/catalog-settings';
import { type DescribedApi, exportAddress } from './described-api';

const FILE = 'rows.parquet';
const ROWS = 'rows';

/** What Croissant calls our types. */
const types: Readonly<Record<Field['type'], string>> = {
  text: 'sc:Text',
  integer: 'sc:Integer',
  number: 'sc:Float',
  decimal: 'sc:Float',
  boolean: 'sc:Boolean',
  date: 'sc:Date',
  datetime: 'sc:DateTime',
  time: 'sc:Time',
  json: 'sc:Text',
};

/** Describes an API as a dataset for machine learning (Croissant 1.0): its rows as of now as Parquet, and where in it each field is. */
export function croissantOf(api: DescribedApi): object {
  const { route, view, origin } = api;
  const { license, contact } = route.settings;
  return {
    '@context': context,
    '@type': 'sc:Dataset',
    conformsTo: 'http://mlcommons.org/croissant/1.0',
    name: route.slug,
    alternateName: route.name,
    description: route.description || `Rows of ${route.name}`,
    url: `${origin}/api/${route.path}`,
    version: `${api.commit ?? route.version}.0.0`,
    ...(route.modifiedAt !== null && { datePublished: route.modifiedAt }),
    ...(license !== null && { license }),
    ...(contact && { creator: creatorOf(contact) }),
    // The file is made when it is asked for, so that its checksum is not known before.
    isLiveDataset: true,
    distribution: [
      {
        '@type': 'cr:FileObject',
        '@id': FILE,
        name: FILE,
        contentUrl: exportAddress(api, 'parquet'),
        encodingFormat: 'application/x-parquet',
      },
    ],
    recordSet: [
      {
        '@type': 'cr:RecordSet',
        '@id': ROWS,
        name: ROWS,
        field: view.fields.map(({ name, label, type }) => ({
          '@type': 'cr:Field',
          '@id': `${ROWS}/${name}`,
          name,
          description: label,
          dataType: types[type],
          source: { fileObject: { '@id': FILE }, extract: { column: name } },
        })),
      },
    ],
  };
}

/** Whom to ask stands for who made it: Croissant has no contact. */
function creatorOf({ name, email, page }: Contact): object {
  return {
    '@type': 'sc:Organization',
    name,
    ...(email !== null && { email }),
    ...(page !== null && { url: page }),
  };
}

/** The terms that readers of Croissant know each member by, as its specification has them. */
const context = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  cr: 'http://mlcommons.org/croissant/',
  rai: 'http://mlcommons.org/croissant/RAI/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileProperty: 'cr:fileProperty',
  fileObject: 'cr:fileObject',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  parentField: 'cr:parentField',
  path: 'cr:path',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
};

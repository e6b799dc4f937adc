import type { Field } from '@sluice/contracts/fields';
import { mediaTypes } from '@sluice/contracts/media-types';
import type { Contact } from '@sluice/contracts/registry/catalog-settings';
import { licenseName } from '@sluice/query/describing/catalog-words';
import { type DescribedApi, exportAddress } from './described-api';

/** What the Data Package standard calls our types. Decimals are numbers there, and json is whatever is in it. */
const types: Readonly<Record<Field['type'], string>> = {
  text: 'string',
  integer: 'integer',
  number: 'number',
  decimal: 'number',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
  time: 'time',
  json: 'any',
};

/** Describes an API as a package of one table (Data Package standard, version 2): its rows as of now as CSV, and what each field is. */
export function dataPackageOf(api: DescribedApi): object {
  const { route, view } = api;
  const { slug: name, name: title, description } = route;
  const { license, contact } = route.settings;
  return {
    $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
    name,
    title,
    ...(description !== '' && { description }),
    version: String(api.commit ?? route.version),
    ...(license !== null && { licenses: [{ name: licenseName(license), path: license }] }),
    ...(contact && { contributors: [contributorOf(contact)] }),
    resources: [
      {
        name,
        title,
        type: 'table',
        path: exportAddress(api, 'csv'),
        format: 'csv',
        mediatype: mediaTypes.csv.type,
        encoding: 'utf-8',
        dialect: { csv: { delimiter: ',', lineTerminator: '\r\n' } },
        schema: { fields: view.fields.map(fieldOf), missingValues: [''] },
      },
    ],
  };
}

function contributorOf({ name, email, page }: Contact): object {
  return { title: name, roles: ['contact'], ...(email !== null && { email }), ...(page !== null && { path: page }) };
}

function fieldOf({ name, label, type }: Field): object {
  return {
    name,
    type: types[type],
    ...(label !== name && { title: label }),
    ...(type === 'datetime' && { format: 'any' }),
  };
}

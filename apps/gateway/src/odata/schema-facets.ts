import type { Field } from '@sluice/contracts/fields';
import { identifierOf } from '@sluice/query/values/entity-set';
import { DECIMAL_PRECISION, edmType, ROW_KEY, TIME_PRECISION } from './edm';
import type { EntitySet } from './entity-sets';

/** The functions that a `$filter` may use. */
export const FUNCTIONS = ['contains', 'startswith', 'endswith', 'tolower', 'year', 'date'];

/** Where the terms of annotations come from. */
export const VOCABULARIES = ['Org.OData.Core.V1', 'Org.OData.Capabilities.V1'].map((name) => ({
  name,
  uri: `https://oasis-tcs.github.io/odata-vocabularies/vocabularies/${name}`,
}));

/** The type of a property with its facets, in the words of CSDL JSON. */
export interface Facets {
  $Type: string;
  $Nullable?: boolean;
  $Precision?: number;
  $Scale?: number;
}

export function facetsOf(field: Field, { key }: Pick<EntitySet, 'key'>): Facets {
  const { name: $Type, scale } = edmType(field);
  const $Nullable = !key?.includes(field.name);
  if (scale !== undefined) return { $Type, $Nullable, $Precision: DECIMAL_PRECISION, $Scale: scale };
  const isTimed = field.type === 'datetime' || field.type === 'time';
  return { $Type, $Nullable, ...(isTimed && { $Precision: TIME_PRECISION }) };
}

/** Names the properties that are the key. */
export function keyOf({ key }: EntitySet): string[] {
  return key?.map(identifierOf) ?? [ROW_KEY];
}

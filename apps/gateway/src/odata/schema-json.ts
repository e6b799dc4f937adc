import { identifierOf } from '@sluice/query/values/entity-set';
import { CONTAINER, NAMESPACE, ROW_KEY } from './edm';
import type { EntitySet } from './entity-sets';
import { FUNCTIONS, facetsOf, keyOf, VOCABULARIES } from './schema-facets';

/** Writes the schema of sets as JSON (OData CSDL JSON Representation 4.01), a type a piece. */
export function* writeSchemaJson(sets: readonly EntitySet[]): Generator<string> {
  const references = VOCABULARIES.map(({ uri, name }) => [`${uri}.json`, { $Include: [{ $Namespace: name }] }]);
  yield `{"$Version":"4.01","$EntityContainer":"${NAMESPACE}.${CONTAINER}",`;
  yield `"$Reference":${JSON.stringify(Object.fromEntries(references))},"${NAMESPACE}":{`;
  const container: Record<string, object | string> = { $Kind: 'EntityContainer' };
  for (const set of sets) {
    container[set.name] = { $Collection: true, $Type: `${NAMESPACE}.${set.name}` };
    yield `${JSON.stringify(set.name)}:${JSON.stringify(entityType(set))},`;
  }
  container['@Org.OData.Capabilities.V1.FilterFunctions'] = FUNCTIONS;
  yield `"${CONTAINER}":${JSON.stringify(container)}}}`;
}

function entityType(set: EntitySet): object {
  const row = set.key === null ? { [ROW_KEY]: { $Type: 'Edm.String' } } : {};
  const properties = set.view.fields.map((field) => {
    const { $Nullable, ...facets } = facetsOf(field, set);
    const label = field.label === field.name ? {} : { '@Org.OData.Core.V1.Description': field.label };
    return [identifierOf(field.name), { ...facets, ...($Nullable && { $Nullable }), ...label }];
  });
  return { $Kind: 'EntityType', $Key: keyOf(set), ...row, ...Object.fromEntries(properties) };
}

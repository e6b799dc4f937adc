import type { Field } from '@sluice/contracts/fields';
import { identifierOf } from '@sluice/query/values/entity-set';
import { CONTAINER, NAMESPACE, ROW_KEY } from './edm';
import type { EntitySet } from './entity-sets';
import { type Facets, FUNCTIONS, facetsOf, keyOf, VOCABULARIES } from './schema-facets';

const HEAD = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
${VOCABULARIES.map(({ uri, name }) => `<edmx:Reference Uri="${uri}.xml"><edmx:Include Namespace="${name}"/></edmx:Reference>`).join('\n')}
<edmx:DataServices><Schema Namespace="${NAMESPACE}" xmlns="http://docs.oasis-open.org/odata/ns/edm">
`;
const TAIL = `</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>
`;

/** Writes the schema of sets as XML (OData 4.0 part 3, CSDL), a type a piece. */
export function* writeSchemaXml(sets: readonly EntitySet[]): Generator<string> {
  yield HEAD;
  for (const set of sets) yield entityType(set);
  yield `<EntityContainer Name="${CONTAINER}">\n`;
  for (const { name } of sets) yield `<EntitySet Name="${name}" EntityType="${NAMESPACE}.${name}"/>\n`;
  yield `<Annotation Term="Org.OData.Capabilities.V1.FilterFunctions"><Collection>${FUNCTIONS.map((name) => `<String>${name}</String>`).join('')}</Collection></Annotation>\n`;
  yield TAIL;
}

function entityType(set: EntitySet): string {
  const refs = keyOf(set).map((name) => `<PropertyRef Name="${name}"/>`);
  const row = set.key === null ? property(ROW_KEY, { $Type: 'Edm.String', $Nullable: false }) : '';
  const properties = set.view.fields.map((field) =>
    property(identifierOf(field.name), facetsOf(field, set), labelOf(field)),
  );
  return `<EntityType Name="${set.name}"><Key>${refs.join('')}</Key>\n${row}${properties.join('')}</EntityType>\n`;
}

function property(name: string, { $Type, ...facets }: Facets, label = ''): string {
  const { $Nullable = true, $Precision, $Scale } = facets;
  const written = [
    `Name="${name}" Type="${$Type}"`,
    $Nullable ? '' : ' Nullable="false"',
    $Precision === undefined ? '' : ` Precision="${$Precision}"`,
    $Scale === undefined ? '' : ` Scale="${$Scale}"`,
  ].join('');
  if (label === '') return `<Property ${written}/>\n`;
  return `<Property ${written}><Annotation Term="Org.OData.Core.V1.Description" String="${escaped(label)}"/></Property>\n`;
}

/** The header in the source, where it is another one than the name. */
function labelOf({ name, label }: Field): string {
  return label === name ? '' : label;
}

/** XML 1.0 has no place for control characters and halves of pairs, not even escaped. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\t\n\r]/g, (space: string) => `&#${space.charCodeAt(0)};`);
}

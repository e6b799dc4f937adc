import type { Field } from '@sluice/contracts/fields';
import { identifierOf } from '@sluice/query/values/entity-set';
import type { View } from '@sluice/query/views/view';
import { type EdmType, edmType, nameOfIdentifier } from './edm';
import { type Expression, readExpression } from './filter-expression';
import { notOffered } from './odata-fault';
import { TokenReader } from './token-reader';

/** One value of each group: its name in our answer and in OData's, and its type. */
export interface Output {
  name: string;
  property: string;
  type: EdmType;
  /** Its text stands for nested values. */
  isJson: boolean;
}

/** What `$apply` asks for, in the words of our queries. */
export interface Aggregation {
  filter: Expression[];
  group: string[];
  agg: string[];
  outputs: Output[];
}

const methods: Readonly<Record<string, string>> = {
  sum: 'sum',
  min: 'min',
  max: 'max',
  average: 'avg',
  countdistinct: 'count_distinct',
};
const OPTION = '$apply';
const SEQUENCE = 'filter(…)/groupby((…),aggregate(…))';
const DOUBLE: EdmType = { name: 'Edm.Double' };
const COUNT: EdmType = { name: 'Edm.Int64' };

/**
 * Reads `$apply` (OData Data Aggregation 4.0, section 3): any number of `filter`, then one `groupby` or `aggregate`. Throws
 * `not_implemented` for what our groups do not have, such as a filter behind them.
 */
export function readApply(text: string, view: View): Aggregation {
  const tokens = new TokenReader(text, OPTION);
  const aggregation: Aggregation = { filter: [], group: [], agg: [], outputs: [] };
  let isGrouped = false;
  do {
    const name = tokens.name('filter, groupby or aggregate');
    if (isGrouped) throw notOffered(OPTION, `nothing follows groups here, and so no ${name}`, `write ${SEQUENCE}`);
    tokens.expect('(');
    if (name === 'filter') aggregation.filter.push(readExpression(tokens));
    else {
      isGrouped = true;
      if (name === 'groupby') readGroups(tokens, view, aggregation);
      else if (name === 'aggregate') readAggregates(tokens, view, aggregation);
      else throw notOffered(OPTION, `${name.slice(0, 100)} is not offered`, `write ${SEQUENCE}`);
    }
    tokens.expect(')');
  } while (tokens.takes('/'));
  tokens.end();
  return aggregation;
}

function readGroups(tokens: TokenReader, view: View, { group, outputs, ...rest }: Aggregation): void {
  tokens.expect('(');
  do {
    const property = tokens.name('a field');
    if (tokens.takes('(')) throw notOffered(OPTION, `groups are made by fields, not by ${property}()`);
    const name = nameOfIdentifier(property);
    group.push(name);
    outputs.push({ name, property, type: typeOf(view, name), isJson: false });
  } while (tokens.takes(','));
  tokens.expect(')');
  if (!tokens.takes(',')) return;
  const then = tokens.name('aggregate');
  if (then !== 'aggregate')
    throw notOffered(OPTION, `${then.slice(0, 100)} of groups is not offered`, `write ${SEQUENCE}`);
  tokens.expect('(');
  readAggregates(tokens, view, { group, outputs, ...rest });
  tokens.expect(')');
}

function readAggregates(tokens: TokenReader, view: View, { agg, outputs }: Aggregation): void {
  do {
    const field = tokens.name('a field or $count');
    const isCount = field === '$count';
    let method = 'count';
    if (!isCount) {
      if (!tokens.takes('with'))
        throw notOffered(OPTION, 'a field is aggregated by a method', 'write amount with sum as total');
      method = tokens.name('a method');
      if (!Object.hasOwn(methods, method))
        throw notOffered(OPTION, `there is no method ${method.slice(0, 100)} here`, Object.keys(methods).join(', '));
    }
    if (!tokens.takes('as')) throw tokens.fault('an aggregate has a name', 'write $count as n');
    const alias = tokens.name('a name');
    const name = nameOfIdentifier(field);
    agg.push(isCount ? `count:${alias}` : `${methods[method]}(${name}):${alias}`);
    const type = isCount ? COUNT : typeOfAggregate(method, view, name);
    outputs.push({ name: alias, property: alias, type, isJson: false });
  } while (tokens.takes(','));
}

/** Gives the type of an aggregate; a sum of integers may have more digits than 64 bits hold. */
function typeOfAggregate(method: string, view: View, name: string): EdmType {
  const type = typeOf(view, name);
  if (method === 'average') return DOUBLE;
  if (method === 'countdistinct') return COUNT;
  return method === 'sum' && type.name === 'Edm.Int64' ? { name: 'Edm.Decimal', scale: 0 } : type;
}

function typeOf({ fields }: View, name: string): EdmType {
  const field: Pick<Field, 'type' | 'scale'> = fields.find((each) => each.name === name) ?? { type: 'text' };
  return edmType(field);
}

/** The values that a row has, as an answer writes them. */
export function outputsOfFields(fields: readonly Field[]): Output[] {
  return fields.map((field) => ({
    name: field.name,
    property: identifierOf(field.name),
    type: edmType(field),
    isJson: field.type === 'json',
  }));
}

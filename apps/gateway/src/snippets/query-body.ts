import { type FilterOperator, filterOperators } from '@sluice/contracts/filter';
import { controls, takesControl } from '@sluice/query/values/controls';
import { isObject, NotJson, parseJson } from '@sluice/query/values/json-value';
import { takesMany } from '@sluice/query/values/operators';
import { addressOf, plainJson, type SnippetRequest } from './subject';

/** Longer addresses are hard to read, and more than some proxies and programs take. */
const LONG_ADDRESS = 2_000;
const LISTS: readonly string[] = ['_select', '_sort', '_group', '_agg'];
const NUMBERS: readonly string[] = ['_limit', '_offset'];
const FIELD = /^[a-z]\w*(\.\w+)*$/i;

/**
 * Writes a query as the body of `QUERY {path}` where its address is no good way to say it: nested filters, or many values. Null
 * where it is, or where the body could mean something else. No value is read: every digit stays.
 */
export function queryBodyOf(request: Pick<SnippetRequest, 'url' | 'parameters' | 'own'>): string | null {
  const { parameters, own } = request;
  const isComplex = parameters.some(([name]) => name === '_filter') || addressOf(request).length > LONG_ADDRESS;
  if (!isComplex) return null;
  const members = new Map<string, string>();
  const given = new Map<string, string>();
  const comparisons = new Map<string, string[]>();
  for (const [name, value] of parameters) {
    if (own.includes(name)) {
      if (given.has(name)) return null;
      given.set(name, JSON.stringify(value));
    } else if (name.startsWith('_')) {
      const member = memberOf(name, value);
      if (member === null || members.has(name)) return null;
      members.set(name, member);
    } else comparisons.set(name, [...(comparisons.get(name) ?? []), value]);
  }
  const filter = filterOf(members.get('_filter'), comparisons);
  if (filter === null) return null;
  members.delete('_filter');
  const parts = [...members].map(([name, text]) => member(name.slice(1), text));
  if (filter !== '') parts.unshift(member('filter', filter));
  if (given.size > 0) parts.push(member('parameters', object([...given].map(([name, text]) => member(name, text)))));
  return plainJson(object(parts));
}

/** The value of a control as JSON; null where the body has none of its name, or none such. */
function memberOf(name: string, value: string): string | null {
  const control = controls.find((each) => each === name);
  if (!control || !takesControl('query', control)) return null;
  if (control === '_filter') return isFilter(value) ? value : null;
  if (LISTS.includes(name)) return JSON.stringify(value.split(','));
  return NUMBERS.includes(name) && /^[1-9]\d{0,8}$/.test(value) ? value : JSON.stringify(value);
}

/** One filter of what `_filter` says and the comparisons beside it; empty without either, null where one cannot be said. */
function filterOf(tree: string | undefined, comparisons: ReadonlyMap<string, string[]>): string | null {
  const ofFields = new Map<string, string[]>();
  for (const [name, values] of comparisons) {
    const [field = '', op, ...more] = splitName(name);
    const operator = filterOperators.find((each) => each === op);
    if (!FIELD.test(field) || !operator || more.length > 0) return null;
    const operand = operandOf(operator, values);
    if (operand === null) return null;
    const said = ofFields.get(field) ?? [];
    if (said.some((each) => each.startsWith(`"${operator}":`))) return null;
    ofFields.set(field, [...said, member(operator, operand)]);
  }
  const own = [...ofFields].map(([field, said]) => member(field, object(said)));
  if (tree === undefined) return own.length === 0 ? '' : object(own);
  return own.length === 0 ? tree : object([member('_and', `[${tree},${object(own)}]`)]);
}

/** `region` compares with eq. */
function splitName(name: string): string[] {
  const at = name.lastIndexOf('__');
  return at < 0 ? [name, 'eq'] : [name.slice(0, at), name.slice(at + 2)];
}

function operandOf(operator: FilterOperator, values: readonly string[]): string | null {
  if (takesMany(operator)) return JSON.stringify(values);
  const [value, ...others] = values;
  return value === undefined || others.length > 0 ? null : JSON.stringify(value);
}

function isFilter(text: string): boolean {
  try {
    return isObject(parseJson(text));
  } catch (error) {
    if (error instanceof NotJson) return false;
    throw error;
  }
}

const member = (name: string, text: string) => `${JSON.stringify(name)}:${text}`;
const object = (members: readonly string[]) => `{${members.join(',')}}`;

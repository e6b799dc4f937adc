import { HttpProblem } from '../http/problem';
import { searchOf } from '../http/search';
import { notOffered, unreadable } from './odata-fault';

/** Options that the protocol has (OData 4.0 part 1, section 11.2), and that are read here. */
export const systemOptions = [
  '$select',
  '$filter',
  '$orderby',
  '$top',
  '$skip',
  '$count',
  '$search',
  '$apply',
  '$skiptoken',
  '$format',
] as const;
export type SystemOption = (typeof systemOptions)[number];

const others: Readonly<Record<string, string>> = {
  $expand: 'rows have nothing to expand',
  $compute: 'values are not computed here',
  $deltatoken: 'changes are told at the _changes of the API',
  $levels: 'rows have nothing to expand',
  $index: 'rows have no list to stand in',
  $schemaversion: 'there is one version of the schema',
  $id: 'name the key in the address: orders(5)',
};
const words: readonly string[] = systemOptions;

/** The options of a request, each given once: those of the protocol, and values of the API's named parameters. */
export interface QueryOptions {
  system: ReadonlyMap<SystemOption, string>;
  parameters: ReadonlyMap<string, string>;
}

/** Reads the query string of a request. Throws for what is not known, given twice, or not taken at this address. */
export function readQueryOptions(request: { url: string }, taken: readonly SystemOption[]): QueryOptions {
  const search = searchOf(request);
  const system = new Map<SystemOption, string>();
  const parameters = new Map<string, string>();
  for (const part of search.split('&')) {
    if (part === '') continue;
    const [name, value] = splitOption(part);
    if (name.startsWith('@'))
      throw notOffered(name.slice(0, 100), 'aliases of parameters are not offered', 'write the value itself');
    const isSystem = name.startsWith('$');
    if (isSystem && Object.hasOwn(others, name)) throw notOffered(name, `${name} is not offered: ${others[name]}`);
    if (isSystem && !words.includes(name))
      throw unreadable(name.slice(0, 100), 'there is no such option', words.join(' '));
    if (isSystem && !taken.some((each) => each === name))
      throw unreadable(name, `this address takes ${taken.join(' ')}`);
    if (system.has(name as SystemOption) || parameters.has(name)) throw unreadable(name.slice(0, 100), 'is given once');
    if (isSystem) system.set(name as SystemOption, value);
    else parameters.set(name, value);
  }
  return { system, parameters };
}

/** Percent escapes are UTF-8, and a plus is a space: programs write both, and a plus of their own as %2B. */
function splitOption(part: string): [name: string, value: string] {
  const equals = part.indexOf('=');
  const [name, value] = equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
  try {
    return [decodeURIComponent(name.replaceAll('+', ' ')), decodeURIComponent(value.replaceAll('+', ' '))];
  } catch {
    throw new HttpProblem('malformed_request', { detail: 'percent escapes are bytes of UTF-8: write ü as %C3%BC' });
  }
}

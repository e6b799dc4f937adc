import {
  type Control,
  controls,
  controlsOf,
  type QueryResource,
  reasonsForFewer,
  takesControl,
} from '../values/controls';
import { FaultList, readUntilFull } from '../values/fault-list';
import { isObject, NotJson, NumberText, parseJson } from '../values/json-value';
import { ourControl } from '../values/other-spellings';
import type { View } from '../views/view';
import { type Lists, QueryReader } from './query-reader';
import type { ParsedQuery } from './row-query';

/**
 * A query as it came, and the resource that was asked: a raw query string without `?`, or a body that `parseJson` read.
 */
export type Asked =
  | { resource: Exclude<QueryResource, 'query'>; search: string }
  | { resource: 'query'; body: unknown };

const lists: Readonly<Record<string, keyof Lists>> = { _select: 'select', _sort: 'sort', _group: 'group', _agg: 'agg' };
const bodyKeys = [...controlsOf('query').map((name) => name.slice(1)), 'parameters'];

/** Reads a query of any resource against a view. */
export function parseQuery(asked: Asked, view: View): ParsedQuery {
  return asked.resource === 'query'
    ? parseQueryBody(asked.body, view)
    : parseRowQuery(asked.search, view, asked.resource);
}

/**
 * Reads the raw query string (without `?`) of a request against a view. Nothing is ignored and nothing is clamped:
 * either every parameter was understood, or every fault is reported at once with what would have been allowed.
 */
export function parseRowQuery(search: string, view: View, resource: QueryResource = 'rows'): ParsedQuery {
  return readAll(new FaultList('query'), view, (reader) => readParameters(search, resource, reader));
}

function readParameters(search: string, resource: QueryResource, reader: QueryReader): void {
  const { faults } = reader;
  if (!isUtf8(search)) {
    const detail = 'percent escapes are bytes of UTF-8 (RFC 3986 section 2.5): write ü as %C3%BC';
    faults.addLast({ name: '' }, 'invalid_encoding', detail);
  }
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (!name.startsWith('_')) {
      reader.filter(name, value);
      continue;
    }
    // Lists may be repeated, and named as clients name them that write a parameter for each item.
    const control = name.endsWith('[]') ? name.slice(0, -2) : name;
    const list = lists[control];
    if (!isControl(list ? control : name)) {
      const detail = `there is no parameter ${name.slice(0, 100)}`;
      faults.unknown({ name }, 'unknown_parameter', detail, () => controlsOf(resource), name, ourControl(name));
    } else if (seen.has(name) && !list) reader.duplicate({ name });
    else if (!takes(resource, control)) faults.add({ name }, 'not_allowed', reasonsForFewer[resource]);
    else if (list) reader.list(list, value.split(','));
    else if (name === '_filter') readTree(value, reader);
    else reader.control(name, value);
    seen.add(name);
  }
}

/** False where percent escapes are no UTF-8: they would be read as other characters. A bare % stands for itself. */
function isUtf8(search: string): boolean {
  try {
    for (const [escapes] of search.matchAll(/(?:%[0-9a-f]{2})+/gi)) decodeURIComponent(escapes);
    return true;
  } catch {
    return false;
  }
}

/** Reads the body of a query, already parsed by `parseJson`: `{"select": […], "filter": {…}, "limit": 50}`. */
export function parseQueryBody(body: unknown, view: View): ParsedQuery {
  return readAll(new FaultList('body'), view, (reader) => readMembers(body, reader));
}

function readMembers(body: unknown, reader: QueryReader): void {
  const { faults } = reader;
  if (!isObject(body)) {
    faults.add({ name: '' }, 'invalid_value', 'send a JSON object', { allowed: bodyKeys });
    return;
  }
  for (const [key, value] of Object.entries(body)) {
    const name = `_${key}`;
    const list = lists[name];
    if (!bodyKeys.includes(key)) {
      faults.unknown(
        { name: key },
        'unknown_parameter',
        `there is no ${key.slice(0, 100)} in a query`,
        () => bodyKeys,
        key,
        ourControl(key)?.slice(1),
      );
    } else if (name === '_filter') reader.tree(value);
    else if (key === 'parameters') readBodyParameters(value, reader);
    else if (list) {
      const items = typeof value === 'string' ? value.split(',') : value;
      if (isTexts(items)) reader.list(list, items);
      else faults.add({ name }, 'invalid_value', `${key} is a list of texts`);
    } else if (typeof value === 'string' || value instanceof NumberText) {
      reader.control(name, typeof value === 'string' ? value : value.text);
    } else {
      faults.add({ name }, 'invalid_value', `${key} is a text or a number`);
    }
  }
}

/** Reads a query to its end, or until it has more faults than are told. */
function readAll(faults: FaultList, view: View, read: (reader: QueryReader) => void): ParsedQuery {
  const reader = new QueryReader(view, faults);
  const parsed = readUntilFull(() => {
    read(reader);
    return reader.finish();
  });
  return parsed ?? { ok: false, faults: faults.faults };
}

/** What a request says of where it begins, as texts: it has to be known before its view is. */
export interface AskedStart {
  cursor: string | null;
  at: string | null;
}

export function startOf(asked: Asked): AskedStart {
  if (asked.resource !== 'query') {
    const parameters = new URLSearchParams(asked.search);
    return { cursor: parameters.get('_cursor'), at: parameters.get('_at') };
  }
  const { cursor = null, at = null } = isObject(asked.body) ? asked.body : {};
  return {
    cursor: typeof cursor === 'string' ? cursor : null,
    at: at instanceof NumberText ? at.text : typeof at === 'string' ? at : null,
  };
}

function readTree(text: string, reader: QueryReader): void {
  try {
    reader.tree(parseJson(text));
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    reader.faults.add({ name: '_filter' }, 'invalid_value', 'the filter is not JSON');
  }
}

/** `{"region": "EU"}`: the named parameters of the view. */
function readBodyParameters(value: unknown, reader: QueryReader): void {
  const place = { name: 'parameters' };
  if (!isObject(value)) reader.faults.add(place, 'invalid_value', 'parameters is an object of names and values');
  for (const [name, given] of isObject(value) ? Object.entries(value) : []) {
    const at = reader.faults.parameterPlace(name);
    const text = given instanceof NumberText ? given.text : typeof given === 'boolean' ? String(given) : given;
    if (typeof text !== 'string') reader.faults.add(at, 'invalid_value', `${name} takes one value`);
    else if (!reader.parameter(name, text)) reader.unknownParameter(name, at);
  }
}

function takes(resource: QueryResource, name: string): boolean {
  return isControl(name) && takesControl(resource, name);
}

function isControl(name: string): name is Control {
  return controls.some((control) => control === name);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}

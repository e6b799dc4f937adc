import { isObject } from '@sluice/query/values/json-value';
import { parse } from 'lossless-json';

/** A row as it stands in a file. */
export type Row = Readonly<Record<string, unknown>>;

/** Finds the rows of a JSON value where an import finds them; null where it would ask for their place. */
export function rowsOfJson(value: unknown): readonly Row[] | null {
  if (Array.isArray(value)) return rowsOfArray(value);
  if (!isObject(value)) return null;
  if (value.type === 'FeatureCollection' && Array.isArray(value.features)) {
    return value.features.filter(isObject).map(rowOfFeature);
  }
  const lists = Object.values(value).filter(Array.isArray);
  const tables = lists.filter(([first]) => isObject(first) || Array.isArray(first));
  const [only] = tables;
  if (only && tables.length === 1) return rowsOfArray(only);
  if (Array.isArray(value.data) && tables.includes(value.data)) return rowsOfArray(value.data);
  if (tables.length > 1) return null;
  if (lists.length > 0 && lists.length === Object.keys(value).length) return rowsOfColumns(value);
  return [value];
}

/** Reads a JSON text with every digit of its numbers. */
export function parsedJson(text: string): unknown {
  return parse(text);
}

/** Arrays as rows: the first names the columns, if it holds texts alone. */
function rowsOfArray(list: readonly unknown[]): readonly Row[] {
  if (!Array.isArray(list[0])) return list.filter(isObject);
  const arrays = list.filter((each): each is unknown[] => Array.isArray(each));
  const [first = []] = arrays;
  const isHeader = first.length > 0 && first.every((cell) => typeof cell === 'string');
  const names = first.map((cell, at) => (isHeader ? String(cell) : `column_${at + 1}`));
  return arrays.slice(isHeader ? 1 : 0).map((cells) => Object.fromEntries(names.map((name, at) => [name, cells[at]])));
}

function rowsOfColumns(columns: Row): readonly Row[] {
  const lists = Object.entries(columns).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const length = Math.min(...lists.map(([, values]) => values.length));
  return Array.from({ length }, (_, at) => Object.fromEntries(lists.map(([name, values]) => [name, values[at]])));
}

/** As the server does: the properties, the geometry, and where it is a point its coordinates. */
function rowOfFeature({ properties, id, geometry }: Row): Row {
  const isPoint = isObject(geometry) && geometry.type === 'Point' && Array.isArray(geometry.coordinates);
  const [lon, lat] = isPoint ? (geometry.coordinates as unknown[]) : [];
  const own = { ...(id !== undefined && { id }), geometry, ...(isPoint && { lon, lat }) };
  return { ...own, ...(isObject(properties) ? properties : {}) };
}

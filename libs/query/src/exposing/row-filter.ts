import type { Fault } from '@sluice/contracts/fault';
import type { Field } from '@sluice/contracts/fields';
import { type Filter, MAX_FILTER_LEAVES } from '@sluice/contracts/filter';
import { FilterTree } from '../reading/filter-tree';
import { FaultList, type Place, pointerTo, readUntilFull } from '../values/fault-list';
import { isObject, NumberText } from '../values/json-value';
import { openView, type ViewParameter } from '../views/view';
import { ViewFields } from '../views/view-fields';

/** `{"$param": "region"}` in the place of a value. */
const REFERENCE = '$param';
/** Of a comparison: its field, its operator, and some references to parameters; and the groups around it. */
const MAX_OBJECTS = 40 * MAX_FILTER_LEAVES;

/** Values at the ends of each type: a comparison that can read all of them can read every value of the type. */
const samples: Record<ViewParameter['type'], readonly string[]> = {
  text: ['a text', ''],
  integer: ['-9223372036854775808', '9223372036854775807'],
  number: ['0.5', '1e+300'],
  decimal: ['0.5', `-${'9'.repeat(38)}`],
  boolean: ['true', 'false'],
  date: ['0001-01-01', '9999-12-31'],
  datetime: ['2026-01-31T13:45:00.123456Z'],
  time: ['13:45:00'],
};

/** The filter with these values in it. Throws where it does not fit: it was checked when it was saved. */
export function bindRowFilter(
  tree: unknown,
  fields: readonly Field[],
  values: Readonly<Record<string, string>>,
): Filter {
  const faults = new FaultList('body');
  const filter = readUntilFull(() => readTree(tree, fields, new Map(Object.entries(values)), faults));
  if (!filter) throw new Error('the row filter does not fit the fields or its parameters');
  return filter;
}

/** Everything that is wrong with a publisher's row filter over these fields, with pointers into `/rowFilter`. */
export function rowFilterFaults(
  tree: unknown,
  fields: readonly Field[],
  parameters: readonly Pick<ViewParameter, 'name' | 'type'>[],
): Fault[] {
  if (!hasFewObjects(tree)) {
    const faults = new FaultList('body');
    const detail = `a filter compares at most ${MAX_FILTER_LEAVES} times`;
    faults.add({ name: 'rowFilter' }, 'too_large', detail, { max: MAX_FILTER_LEAVES });
    return faults.faults;
  }
  const rounds = Math.max(...parameters.map(({ type }) => samples[type].length), 1);
  for (let round = 0; round < rounds; round++) {
    const values = parameters.map(
      ({ name, type }) => [name, samples[type][round % samples[type].length] ?? ''] as const,
    );
    const faults = new FaultList('body');
    readUntilFull(() => readTree(tree, fields, new Map(values), faults));
    if (faults.faults.length > 0) return faults.faults;
  }
  return [];
}

/** Tells, without looking at more, whether a tree has no more objects than a filter with all its comparisons can have. */
function hasFewObjects(tree: unknown): boolean {
  const left = [tree];
  for (let objects = 0, node = left.pop(); node !== undefined; node = left.pop()) {
    if (!isObject(node) && !Array.isArray(node)) continue;
    if (++objects > MAX_OBJECTS) return false;
    for (const value of Object.values(node)) if (typeof value === 'object' && value !== null) left.push(value);
  }
  return true;
}

/** The fields that a row filter compares, whether they still exist or not. */
export function rowFilterFields(tree: unknown): string[] {
  const names = Object.entries(isObject(tree) ? tree : {}).flatMap(([key, value]) => {
    if (!key.startsWith('_')) return [key.split('.', 1)[0] ?? key];
    return (Array.isArray(value) ? value : [value]).flatMap(rowFilterFields);
  });
  return [...new Set(names)];
}

/** The parameters that a row filter takes its values from. */
export function rowFilterParameters(tree: unknown): string[] {
  const names: string[] = [];
  const collect = (node: unknown) => {
    if (Array.isArray(node)) {
      for (const item of node) collect(item);
      return;
    }
    if (!isObject(node)) return;
    const name = referenceIn(node);
    if (name !== null) names.push(name);
    else for (const value of Object.values(node)) collect(value);
  };
  collect(tree);
  return names;
}

function readTree(
  tree: unknown,
  fields: readonly Field[],
  values: ReadonlyMap<string, string>,
  faults: FaultList,
): Filter | null {
  const place = { name: 'rowFilter' };
  const filled = fill(tree, values, () => place, faults);
  const unfilled = faults.faults.map(({ pointer = '' }) => pointer);
  const read = new FaultList('body');
  const filter = readUntilFull(() => new FilterTree(new ViewFields(openView(fields)), read).read(filled, place));
  // A place without a value is no value for the reader either: that is told once.
  const others = read.faults.filter(({ pointer = '' }) => !unfilled.some((each) => each.startsWith(pointer)));
  faults.faults.push(...others);
  return faults.faults.length > 0 ? null : (filter ?? null);
}

/** Values for references; numbers as their text, where no digit was lost before they came here. */
function fill(node: unknown, values: ReadonlyMap<string, string>, place: () => Place, faults: FaultList): unknown {
  if (typeof node === 'number') {
    if (!isExact(node)) faults.add(place(), 'inexact_number', 'write a number of so many digits as a text', {});
    return new NumberText(String(node));
  }
  // Only of a fault the place is asked for: writing that of every value takes longer than all the rest.
  const at = (key: string | number) => (): Place => {
    const { name, pointer } = place();
    return { name, pointer: pointerTo(pointer, key) };
  };
  if (Array.isArray(node)) return node.map((item, index) => fill(item, values, at(index), faults));
  if (!isObject(node)) return node;
  const name = referenceIn(node);
  if (name === null) {
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, fill(value, values, at(key), faults)]));
  }
  const value = values.get(name);
  if (value === undefined) {
    const detail = `there is no parameter ${name.slice(0, 100)}`;
    faults.unknown(at(REFERENCE)(), 'unknown_parameter', detail, () => [...values.keys()], name);
  }
  return value;
}

function referenceIn(node: Record<string, unknown>): string | null {
  const keys = Object.keys(node);
  const name = node[REFERENCE];
  return keys.length === 1 && keys[0] === REFERENCE && typeof name === 'string' ? name : null;
}

/** JSON readers give every text of up to 15 digits back as it was written, and round some of the longer ones. */
export function isExact(number: number): boolean {
  const digits = String(Math.abs(number)).replace(/e.*$/, '').replace('.', '').replace(/^0+/, '');
  return Number.isSafeInteger(number) || digits.length <= 15;
}

import { allOf, type Filter, isLeaf, MAX_FILTER_DEPTH, MAX_FILTER_LEAVES } from '@sluice/contracts/filter';
import { type FaultList, type Place, pointerTo } from '../values/fault-list';
import { isObject, NumberText } from '../values/json-value';
import { takesMany } from '../values/operators';
import type { Target, ViewFields } from '../views/view-fields';
import { matchNone, readComparison, readOperator } from './comparison';

const groups = ['_and', '_or', '_not'] as const;

/**
 * Reads a JSON filter: `{field: value}`, `{field: {op: value}}`, `{"_and": […]}`, `{"_or": […]}`, `{"_not": {…}}`. Several
 * keys of one object must all hold. Every fault gets a pointer to its place; null when there was any.
 */
export class FilterTree {
  private comparisons = 0;

  constructor(
    private readonly fields: ViewFields,
    private readonly faults: FaultList,
  ) {}

  read(tree: unknown, place: Place): Filter | null {
    const before = this.faults.faults.length;
    const filter = this.node(tree, place, 0);
    return this.faults.faults.length === before ? filter : null;
  }

  private node(tree: unknown, place: Place, depth: number): Filter | null {
    const entries = isObject(tree) ? Object.entries(tree) : [];
    if (entries.length === 0) {
      this.faults.add(place, 'invalid_value', 'a filter is an object such as {"amount": {"gte": 100}}');
      return null;
    }
    const inside = entries.length > 1 ? depth + 1 : depth;
    if (inside > MAX_FILTER_DEPTH) return this.tooDeep(place);
    return allOf(
      ...entries.map(([key, value]) => {
        return this.entry(key, value, { ...place, pointer: pointerTo(place.pointer, key) }, inside);
      }),
    );
  }

  private entry(key: string, value: unknown, place: Place, depth: number): Filter | null {
    if (key.startsWith('_')) return this.group(key, value, place, depth + 1);
    const target = this.fields.target(key, place, this.faults, () => [...this.fields.names, ...groups]);
    if (!target) return null;
    if (!isObject(value)) return this.comparison(target, 'eq', value, place);
    const entries = Object.entries(value);
    if (entries.length === 0) {
      this.faults.add(place, 'invalid_value', 'name an operator, such as {"gte": 100}');
      return null;
    }
    if (entries.length > 1 && depth + 1 > MAX_FILTER_DEPTH) return this.tooDeep(place);
    return allOf(
      ...entries.map(([op, operand]) => {
        return this.comparison(target, op, operand, { ...place, pointer: pointerTo(place.pointer, op) });
      }),
    );
  }

  private group(key: string, value: unknown, place: Place, depth: number): Filter | null {
    if (depth > MAX_FILTER_DEPTH) return this.tooDeep(place);
    if (key === '_not') {
      const inner = this.node(value, place, depth);
      return inner && { not: inner };
    }
    if (key !== '_and' && key !== '_or') {
      this.faults.unknown(
        place,
        'unknown_parameter',
        `there is no ${key.slice(0, 100)} in a filter`,
        () => groups,
        key,
      );
      return null;
    }
    if (!Array.isArray(value) || value.length === 0) {
      this.faults.add(place, 'invalid_value', `${key} takes a list of filters`);
      return null;
    }
    const parts = value.flatMap((part, index) => {
      const filter = this.node(part, { ...place, pointer: pointerTo(place.pointer, index) }, depth);
      return filter ? [filter] : [];
    });
    return key === '_and' ? { and: parts } : { or: parts };
  }

  private comparison(target: Target, name: string, value: unknown, place: Place): Filter | null {
    if (++this.comparisons > MAX_FILTER_LEAVES) {
      const detail = `a filter compares at most ${MAX_FILTER_LEAVES} times`;
      this.faults.addLast({ name: place.name }, 'too_large', detail, { max: MAX_FILTER_LEAVES });
    }
    const op = readOperator(target, name, this.fields.view, place, this.faults);
    if (!op) return null;
    const many = takesMany(op);
    if (Array.isArray(value) && !many) {
      const detail = `${op} takes one value`;
      this.faults.add(place, 'invalid_value', detail, {
        hint: op === 'eq' ? 'use {"in": […]} for several' : undefined,
      });
      return null;
    }
    const items: unknown[] = Array.isArray(value) ? value : [value];
    if (items.length === 0) return matchNone(target.path, op === 'nin' ? 'nin' : 'in');
    const texts = items.map(textOf);
    if (texts.includes(undefined)) {
      this.faults.add(place, 'invalid_value', 'a value is a text, a number, true, false or null');
      return null;
    }
    return readComparison(target, op, texts as (string | null)[], place, this.faults);
  }

  private tooDeep(place: Place): null {
    const detail = `groups stand in each other at most ${MAX_FILTER_DEPTH} deep`;
    this.faults.add(place, 'too_deep', detail, { max: MAX_FILTER_DEPTH });
    return null;
  }
}

/** The JSON tree that reads back as the filter: every value a text, which no reader rounds. */
export function filterTree(filter: Filter): unknown {
  if (isLeaf(filter)) {
    return { [filter.field]: { [filter.op]: takesMany(filter.op) ? filter.values : filter.values[0] } };
  }
  if ('not' in filter) return { _not: filterTree(filter.not) };
  return 'and' in filter ? { _and: filter.and.map(filterTree) } : { _or: filter.or.map(filterTree) };
}

function textOf(value: unknown): string | null | undefined {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return value instanceof NumberText ? value.text : undefined;
}

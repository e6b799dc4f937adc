import {
  type Aggregate,
  type AggregateFunction,
  aggregateFunctions,
  type DatePart,
  dateParts,
  type Group,
  type GroupKey,
  MAX_GROUP_OUTPUTS,
} from '@sluice/contracts/catalogue/row-groups';
import type { FieldType } from '@sluice/contracts/fields';
import { FieldName } from '@sluice/contracts/fields';
import type { FaultList, Place } from '../values/fault-list';
import type { Target, ViewFields } from '../views/view-fields';

const numbers: readonly FieldType[] = ['integer', 'number', 'decimal'];
const ordered: readonly FieldType[] = ['text', ...numbers, 'date', 'datetime', 'time'];

/** Which types a function makes sense for; `count` takes no field. */
export const aggregateTypes: Readonly<Record<AggregateFunction, readonly FieldType[]>> = {
  count: [],
  count_distinct: [...ordered, 'boolean'],
  sum: numbers,
  avg: numbers,
  min: ordered,
  max: ordered,
  median: numbers,
};

/** Which types a row can be assigned a part of the calendar by. */
export const partTypes: Readonly<Record<DatePart, readonly FieldType[]>> = {
  year: ['date', 'datetime'],
  quarter: ['date', 'datetime'],
  month: ['date', 'datetime'],
  week: ['date', 'datetime'],
  day: ['date', 'datetime'],
  hour: ['datetime'],
};

/** Reads the items of `_group` and `_agg`: `field`, `month(field)`, `sum(field)`, each with `:alias` where one is wanted. */
export class GroupReader {
  constructor(
    private readonly fields: ViewFields,
    private readonly faults: FaultList,
  ) {}

  read(keys: readonly string[], aggregates: readonly string[]): Group {
    const group: Group = {
      keys: keys.flatMap((text) => this.key(text) ?? []),
      aggregates: aggregates.flatMap((text) => this.aggregate(text) ?? []),
    };
    // DuckDB does not tell names apart that differ in case only.
    const taken = new Set<string>();
    for (const [name, place] of [
      ...group.keys.map((key) => [key.name, { name: '_group' }] as const),
      ...group.aggregates.map((aggregate) => [aggregate.name, { name: '_agg' }] as const),
    ]) {
      if (taken.has(name.toLowerCase()))
        this.faults.add(place, 'duplicate_field', `${name} is named twice`, { hint: 'add :another_name' });
      taken.add(name.toLowerCase());
    }
    if (taken.size > MAX_GROUP_OUTPUTS) {
      const detail = `at most ${MAX_GROUP_OUTPUTS} keys and aggregates together`;
      this.faults.add({ name: '_agg' }, 'too_large', detail, { max: MAX_GROUP_OUTPUTS });
    }
    return group;
  }

  private key(text: string): GroupKey | null {
    const place = { name: '_group' };
    const item = this.take(text, place, 'region, month(created_at) or month(created_at):month');
    if (!item) return null;
    const part = item.call === undefined ? undefined : this.choose(item.call, dateParts, place);
    const target = this.fields.target(item.inner ?? item.word, place, this.faults);
    if (part === null || !target) return null;
    if (part === undefined && target.operand === 'json')
      return this.refuse(place, `${target.path} holds nested values`);
    if (part && !partTypes[part].some((type) => type === target.operand)) {
      return this.refuse(place, `${target.path} is of type ${target.operand} and has no ${part}`);
    }
    const name = this.name(item.alias, part ? [part, target.path] : [target.path], place);
    return name === null ? null : { field: target.path, ...(part && { part }), name };
  }

  private aggregate(text: string): Aggregate | null {
    const place = { name: '_agg' };
    const item = this.take(text, place, 'count, sum(amount) or sum(amount):total');
    if (!item) return null;
    const fn = this.choose(item.call ?? item.word, aggregateFunctions, place);
    if (!fn) return null;
    if (fn === 'count') {
      if (item.call !== undefined) return this.refuse(place, 'count counts rows and takes no field');
      const name = this.name(item.alias, [fn], place);
      return name === null ? null : { fn, name };
    }
    if (item.inner === undefined) return this.refuse(place, `${fn} takes a field`, `write ${fn}(field)`);
    const target = this.fields.target(item.inner, place, this.faults);
    if (!target) return null;
    if (!takes(fn, target)) {
      const type = target.operand === 'path' ? 'a value inside json' : `of type ${target.operand}`;
      return this.refuse(place, `${target.path} is ${type} and has no ${fn}`);
    }
    const name = this.name(item.alias, [fn, target.path], place);
    return name === null ? null : { fn, field: target.path, name };
  }

  /** Takes `word`, `call(inner)` and either with `:alias` apart. */
  private take(text: string, place: Place, example: string) {
    const parts = /^(?:([a-z_]+)\(([^()]+)\)|([^():]+))(?::([^():]*))?$/.exec(text);
    if (!parts) {
      this.faults.add(place, 'invalid_value', `${text.slice(0, 100)} cannot be read`, { hint: `write ${example}` });
      return null;
    }
    return { call: parts[1], inner: parts[2], word: parts[3] ?? '', alias: parts[4] };
  }

  private choose<Word extends string>(given: string, words: readonly Word[], place: Place): Word | null {
    const word = words.find((known) => known === given);
    if (!word) this.faults.unknown(place, 'unknown_function', `there is no ${given.slice(0, 100)}`, () => words, given);
    return word ?? null;
  }

  private name(alias: string | undefined, words: string[], place: Place): string | null {
    const name = alias ?? defaultName(words);
    if (FieldName.safeParse(name).success) return name;
    const detail = `${name.slice(0, 100)} cannot be a name`;
    this.faults.add(place, 'invalid_name', detail, { hint: 'add :name of letters, digits and single _' });
    return null;
  }

  private refuse(place: Place, detail: string, hint?: string): null {
    this.faults.add(place, 'not_allowed', detail, { hint });
    return null;
  }
}

function takes(fn: AggregateFunction, { operand }: Target): boolean {
  // A value inside json is a text to count; the functions of numbers see its numbers only.
  if (operand === 'path') return fn !== 'count' && fn !== 'min' && fn !== 'max';
  return aggregateTypes[fn].some((type) => type === operand);
}

function defaultName(words: string[]): string {
  return words.join('_').replaceAll('.', '_');
}

/** The items as `_group` and `_agg` take them, aliases only where they say something. */
export function groupTexts({ keys, aggregates }: Group): { group: string[]; agg: string[] } {
  return {
    group: keys.map(({ part, field, name }) => {
      return aliased(part ? `${part}(${field})` : field, name, defaultName(part ? [part, field] : [field]));
    }),
    agg: aggregates.map(({ fn, field, name }) => {
      return aliased(field ? `${fn}(${field})` : fn, name, defaultName(field ? [fn, field] : [fn]));
    }),
  };
}

function aliased(text: string, name: string, usual: string): string {
  return name === usual ? text : `${text}:${name}`;
}

/** The names of a group's outputs in their order: keys, then aggregates. */
export function outputNames({ keys, aggregates }: Group): string[] {
  return [...keys, ...aggregates].map(({ name }) => name);
}

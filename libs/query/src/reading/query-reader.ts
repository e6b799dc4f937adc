import { MAX_OFFSET, type SortKey } from '@sluice/contracts/catalogue/rows';
import { allOf, type Filter, type FilterOperator, filterLeaves, MAX_FILTER_LEAVES } from '@sluice/contracts/filter';
import { FaultList, type Place } from '../values/fault-list';
import { isObject } from '../values/json-value';
import { takesMany } from '../values/operators';
import { ourControl, ourSortKey } from '../values/other-spellings';
import type { View } from '../views/view';
import { type Target, ViewFields } from '../views/view-fields';
import { allowedFormats, defaultSort, isSortable, mayAggregate } from '../views/view-rules';
import { readComparison, readOperator } from './comparison';
import { normalForm } from './filter-form';
import { FilterTree } from './filter-tree';
import { readMoment } from './moment';
import { readParameters } from './parameters';
import { GroupReader, outputNames } from './row-groups';
import type { ParsedQuery, RowQuery } from './row-query';
import { readSearch } from './search-words';

/** Comparisons of one parameter; a parameter that takes many values may be repeated. */
interface Comparison {
  target: Target;
  op: FilterOperator;
  texts: string[];
  place: Place;
}

/** The controls that are read last: the names in them depend on each other. */
export interface Lists {
  select?: string[];
  sort?: string[];
  group?: string[];
  agg?: string[];
}

/** Builds a query from its parts, whatever syntax they came in, and collects every fault on the way. */
export class QueryReader {
  private readonly lists: Lists = {};
  private readonly fields: ViewFields;
  private readonly filters: (Filter | null)[] = [];
  private readonly comparisons = new Map<string, Comparison>();
  private readonly parameters = new Map<string, string[]>();
  private readonly query: RowQuery;
  private hasOffset = false;

  constructor(
    private readonly view: View,
    readonly faults: FaultList,
  ) {
    this.fields = new ViewFields(view);
    this.query = {
      select: this.fields.names,
      filter: null,
      parameters: {},
      rowFilter: null,
      search: null,
      group: null,
      sort: defaultSort(view),
      limit: view.defaultLimit,
      offset: 0,
      at: null,
      cursor: null,
      count: false,
      shape: 'object',
      format: null,
      pretty: false,
      bom: false,
      escapeFormulas: false,
    };
  }

  /** One value of a control that is no list. */
  control(name: string, value: string): void {
    const { query } = this;
    if (name === '_limit') query.limit = this.number(name, value, 1, this.view.maxLimit);
    else if (name === '_offset') {
      this.hasOffset = true;
      query.offset = this.number(name, value, 0, MAX_OFFSET, 'go on from there with page.nextCursor');
    } else if (name === '_cursor') query.cursor = value;
    else if (name === '_at') query.at = this.moment(name, value);
    else if (name === '_count') query.count = this.choice(name, value, ['none', 'exact']) === 'exact';
    else if (name === '_shape') query.shape = this.choice(name, value, ['object', 'array']) ?? 'object';
    else if (name === '_format') query.format = this.choice(name, value, allowedFormats(this.view));
    else if (name === '_pretty') query.pretty = this.choice(name, value, ['true', 'false']) === 'true';
    else if (name === '_bom') query.bom = this.choice(name, value, ['true', 'false']) === 'true';
    else if (name === '_formulas') query.escapeFormulas = this.choice(name, value, ['keep', 'escape']) === 'escape';
    else if (name === '_q') query.search = readSearch(value, this.view, this.faults);
  }

  /** Items of a control that is a list, behind those that were given before. */
  list(name: keyof Lists, items: readonly string[]): void {
    const given = this.lists[name];
    if (!given) this.lists[name] = [...items];
    else for (const item of items) given.push(item);
  }

  /** A JSON filter tree. An empty one asks for nothing: forms send it where nobody filled it in. */
  tree(tree: unknown): void {
    if (isObject(tree) && Object.keys(tree).length === 0) return;
    this.filters.push(new FilterTree(this.fields, this.faults).read(tree, { name: '_filter' }));
  }

  /** A value of a named parameter of the view; false when it has none of that name. */
  parameter(name: string, text: string): boolean {
    if (!this.view.parameters.some((parameter) => parameter.name === name)) return false;
    const given = this.parameters.get(name);
    if (given) given.push(text);
    else this.parameters.set(name, [text]);
    return true;
  }

  unknownParameter(name: string, place: Place): void {
    const listNames = () => this.view.parameters.map((parameter) => parameter.name);
    this.faults.unknown(place, 'unknown_parameter', `there is no parameter ${name.slice(0, 100)}`, listNames, name);
  }

  /** A parameter of the view, or `field`, `field__op`, or either of these with `[]` behind it. */
  filter(parameter: string, text: string): void {
    if (this.parameter(parameter, text)) return;
    const place = { name: parameter };
    const isList = parameter.endsWith('[]');
    const [path = '', ...rest] = (isList ? parameter.slice(0, -2) : parameter).split('__');
    const listWords = () => [...this.fields.names, ...this.view.parameters.map(({ name }) => name)];
    const target = this.fields.target(path, place, this.faults, listWords, ourControl(parameter));
    if (!target) return;
    const name = rest.length === 0 ? (isList ? 'in' : 'eq') : rest.join('__');
    const op = readOperator(target, name, this.view, place, this.faults);
    if (!op) return;
    if (isList && !takesMany(op)) {
      this.faults.add(place, 'not_allowed', `${op} takes one value`, { hint: `write ${path}__${op} without []` });
      return;
    }
    const key = `${path}__${op}`;
    const known = this.comparisons.get(key);
    if (!known) this.comparisons.set(key, { target, op, texts: [text], place });
    else if (takesMany(op)) known.texts.push(text);
    else this.duplicate(place, op === 'eq' ? `repeat ${path}__in for several values` : undefined);
  }

  duplicate(place: Place, hint?: string): void {
    this.faults.add(place, 'duplicate_parameter', `${place.name.slice(0, 100)} may be given once`, { hint });
  }

  /** The whole query, or every fault. */
  finish(): ParsedQuery {
    const { query, faults } = this;
    for (const { target, op, texts, place } of this.comparisons.values()) {
      this.filters.push(readComparison(target, op, texts, place, faults));
    }
    const filter = allOf(...this.filters);
    if (filter && filterLeaves(filter).length > MAX_FILTER_LEAVES) {
      const detail = `a query compares at most ${MAX_FILTER_LEAVES} times`;
      faults.add({ name: '_filter' }, 'too_large', detail, { max: MAX_FILTER_LEAVES });
    }
    query.filter = filter && faults.faults.length === 0 ? normalForm(filter) : null;
    this.readLists();
    query.parameters = readParameters(this.view, this.parameters, faults);
    if (query.cursor !== null && this.hasOffset) {
      faults.add({ name: '_offset' }, 'not_allowed', 'a cursor already says where the page begins');
    }
    if (faults.faults.length > 0) return { ok: false, faults: faults.faults };
    query.rowFilter = this.view.rowFilter?.bind(query.parameters) ?? null;
    return { ok: true, query };
  }

  private readLists(): void {
    const { select, sort, group, agg } = this.lists;
    if (group || agg) this.readGroup(group ?? [], agg ?? []);
    if (select && this.query.group) {
      const detail = 'the answer has the keys of _group and the values of _agg';
      this.faults.add({ name: '_select' }, 'not_allowed', detail);
    } else if (select) {
      this.query.select = this.distinct('_select', select, (name, place) => {
        return this.fields.field(name, place, this.faults)?.name ?? null;
      });
    }
    if (sort) this.query.sort = this.readSort(sort);
  }

  private readGroup(keys: string[], aggregates: string[]): void {
    if (!mayAggregate(this.view)) {
      const name = this.lists.group ? '_group' : '_agg';
      this.faults.add({ name }, 'not_allowed', 'this API gives rows, not groups');
      return;
    }
    const group = new GroupReader(this.fields, this.faults).read(keys, aggregates);
    this.query.group = group;
    this.query.select = outputNames(group);
    this.query.sort = [];
  }

  private readSort(items: string[]): SortKey[] {
    const keys = new Map<string, SortKey>();
    this.distinct('_sort', items, (item, place) => {
      const descending = item.startsWith('-');
      const name = descending ? item.slice(1) : item;
      const field = this.query.group ? this.output(name, place) : this.sortable(name, place);
      if (field) keys.set(field, { field, descending });
      return field;
    });
    return [...keys.values()];
  }

  /** In a grouped query the order is one of the groups. */
  private output(name: string, place: Place): string | null {
    if (this.query.select.includes(name)) return name;
    const detail = `the groups have no value ${name.slice(0, 100)}`;
    this.faults.unknown(place, 'unknown_field', detail, () => this.query.select, name);
    return null;
  }

  private sortable(name: string, place: Place): string | null {
    const target = this.fields.target(name, place, this.faults, undefined, ourSortKey(name));
    if (!target) return null;
    if (isSortable(this.view, target.field, target.operand)) return target.path;
    const nested = target.operand === 'json';
    const detail = nested ? `${name} holds nested values, which have no order` : `${name} cannot be sorted by`;
    this.faults.add(place, 'not_sortable', detail, nested ? { hint: `name a value inside: ${name}.key` } : {});
    return null;
  }

  private distinct(name: string, items: string[], read: (item: string, place: Place) => string | null): string[] {
    const place = { name };
    const found = new Set<string>();
    for (const item of items) {
      const word = read(item, place);
      if (word !== null && found.has(word)) this.faults.add(place, 'duplicate_field', `${word} is named twice`);
      else if (word !== null) found.add(word);
    }
    return [...found];
  }

  private number(name: string, value: string, min: number, max: number, hint?: string): number {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    const detail = number > max ? `${max} is the most` : `write a whole number from ${min} to ${max}`;
    this.faults.add({ name }, number > max ? 'too_large' : 'invalid_value', detail, { max, hint });
    return min;
  }

  private moment(name: string, value: string): string | null {
    if (this.view.history === false) {
      this.faults.add({ name }, 'not_allowed', 'this API gives the rows of now alone');
      return null;
    }
    const moment = readMoment(value);
    if (!moment)
      this.faults.add({ name }, 'invalid_value', 'write the number of a commit, or a time as 2026-01-31T13:45:00Z');
    return moment && value;
  }

  private choice<Word extends string>(name: string, value: string, words: readonly Word[]): Word | null {
    const word = words.find((known) => known === value);
    if (!word) this.faults.unknown({ name }, 'invalid_value', `${name} cannot be this`, () => words, value);
    return word ?? null;
  }
}

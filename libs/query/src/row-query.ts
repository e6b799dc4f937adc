import type { Fault } from '@sluice/contracts/fault';
import type { Field } from '@sluice/contracts/fields';
import { allOf, type Filter } from '@sluice/contracts/filter';
import { MAX_OFFSET, type SortKey } from '@sluice/contracts/rows';
import { closest } from './closest';
import { parseValue } from './value';
import type { View } from './view';

/** A query of an endpoint, understood whole: every name is a field of the view, every value one of its type. */
export interface RowQuery {
  /** Fields of the answer in their order; the whole view where none were asked for. */
  select: string[];
  filter: Filter | null;
  sort: SortKey[];
  limit: number;
  offset: number;
  /** Sealed; only the gateway can open it. */
  cursor: string | null;
  count: boolean;
  shape: 'object' | 'array';
}

export type ParsedQuery = { ok: true; query: RowQuery } | { ok: false; faults: Fault[] };

export const controls = ['_select', '_sort', '_limit', '_offset', '_cursor', '_count', '_shape', '_format'] as const;
export const operators = ['eq'] as const;

/**
 * Reads the raw query string (without `?`) of a request against a view. Nothing is ignored and nothing is clamped:
 * either every parameter was understood, or every fault is reported at once with what would have been allowed.
 */
export function parseRowQuery(search: string, view: View): ParsedQuery {
  return new QueryReader(view).read(new URLSearchParams(search));
}

class QueryReader {
  private readonly faults: Fault[] = [];
  private readonly filters: Filter[] = [];
  private readonly seen = new Set<string>();
  private readonly fields: Map<string, Field>;
  private readonly query: RowQuery;

  constructor(private readonly view: View) {
    this.fields = new Map(view.fields.map((field) => [field.name, field]));
    this.query = {
      select: view.fields.map((field) => field.name),
      filter: null,
      sort: [],
      limit: view.defaultLimit,
      offset: 0,
      cursor: null,
      count: false,
      shape: 'object',
    };
  }

  read(parameters: URLSearchParams): ParsedQuery {
    for (const [name, value] of parameters) {
      if (name.startsWith('_')) this.readControl(name, value);
      else this.readFilter(name, value);
    }
    this.query.filter = allOf(...this.filters);
    if (this.query.cursor !== null && this.seen.has('_offset')) {
      this.fault('_offset', 'not_allowed', 'a cursor already says where the page begins');
    }
    return this.faults.length > 0 ? { ok: false, faults: this.faults } : { ok: true, query: this.query };
  }

  private readControl(name: string, value: string): void {
    if (!this.once(name)) return;
    switch (name) {
      case '_select':
        this.query.select = this.names(name, value, (field) => field);
        return;
      case '_sort':
        this.query.sort = this.names(name, value, (field, descending) => ({ field, descending }));
        return;
      case '_limit':
        this.query.limit = this.count(name, value, 1, this.view.maxLimit);
        return;
      case '_offset':
        this.query.offset = this.count(name, value, 0, MAX_OFFSET, 'go on from there with page.nextCursor');
        return;
      case '_cursor':
        this.query.cursor = value;
        return;
      case '_count':
        this.query.count = this.choice(name, value, ['none', 'exact']) === 'exact';
        return;
      case '_shape':
        this.query.shape = this.choice(name, value, ['object', 'array']) ?? 'object';
        return;
      case '_format':
        this.choice(name, value, ['json']);
        return;
      default:
        this.unknown(name, 'unknown_parameter', `there is no parameter ${name}`, controls);
    }
  }

  private readFilter(parameter: string, text: string): void {
    if (!this.once(parameter)) return;
    const [name = '', ...rest] = parameter.split('__');
    const field = this.fields.get(name);
    if (!field) {
      this.unknown(parameter, 'unknown_field', `there is no field ${name}`, [...this.fields.keys()], name);
      return;
    }
    const operator = rest.join('__') || 'eq';
    const op = operators.find((known) => known === operator);
    if (!op || (rest.length > 0 && rest[0] === '')) {
      this.unknown(parameter, 'unknown_operator', `there is no operator ${operator}`, operators, operator);
      return;
    }
    const value = parseValue(field, text);
    if (value.ok) this.filters.push({ field: name, op, values: [value.value] });
    else
      this.fault(parameter, 'invalid_value', `${name} is of type ${field.type}: ${value.detail}`, { hint: value.hint });
  }

  private once(name: string): boolean {
    if (!this.seen.has(name)) {
      this.seen.add(name);
      return true;
    }
    this.fault(name, 'duplicate_parameter', `${name} may be given once`);
    return false;
  }

  private names<Item>(parameter: string, value: string, item: (name: string, descending: boolean) => Item): Item[] {
    const items: Item[] = [];
    const used = new Set<string>();
    for (const part of value.split(',')) {
      const descending = parameter === '_sort' && part.startsWith('-');
      const name = descending ? part.slice(1) : part;
      const field = this.fields.get(name);
      if (!field) {
        this.unknown(parameter, 'unknown_field', `there is no field ${name}`, [...this.fields.keys()], name);
      } else if (used.has(name)) {
        this.fault(parameter, 'duplicate_field', `${name} is named twice`);
      } else if (parameter === '_sort' && field.type === 'json') {
        this.fault(parameter, 'not_sortable', `${name} holds nested values, which have no order`);
      } else {
        used.add(name);
        items.push(item(name, descending));
      }
    }
    return items;
  }

  private count(parameter: string, value: string, min: number, max: number, hint?: string): number {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    const detail = number > max ? `${max} is the most` : `write a whole number from ${min} to ${max}`;
    this.fault(parameter, number > max ? 'too_large' : 'invalid_value', detail, { max, hint });
    return min;
  }

  private choice<Word extends string>(parameter: string, value: string, words: readonly Word[]): Word | null {
    const word = words.find((known) => known === value);
    if (!word) this.unknown(parameter, 'invalid_value', `${parameter} cannot be this`, words, value);
    return word ?? null;
  }

  private unknown(
    parameter: string,
    code: string,
    detail: string,
    allowed: readonly string[],
    given = parameter,
  ): void {
    const near = closest(given, allowed);
    this.fault(parameter, code, detail, { hint: near && `did you mean ${near}?`, allowed: allowed.slice(0, 50) });
  }

  private fault(name: string, code: string, detail: string, more: Pick<Fault, 'hint' | 'allowed' | 'max'> = {}): void {
    this.faults.push({ in: 'query', name, code, detail, ...more });
  }
}

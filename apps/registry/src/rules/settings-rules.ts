import type { Fault } from '@sluice/contracts/fault';
import { type Field, FieldName } from '@sluice/contracts/fields';
import { type ApiSettings, isRequired } from '@sluice/contracts/registry/api-settings';
import type { FieldRule } from '@sluice/contracts/send-rules';
import { sortKeyOf } from '@sluice/query/exposing/api-view';
import { isExact, rowFilterFaults, rowFilterParameters } from '@sluice/query/exposing/row-filter';
import { FieldCheck } from '@sluice/query/sending/field-check';
import { Suggestions } from '@sluice/query/values/closest';
import { pointerTo } from '@sluice/query/values/fault-list';
import { operatorsOf } from '@sluice/query/values/operators';
import { parseValue } from '@sluice/query/values/value';
import { fault } from './api-rules';
import { catalogFaults } from './catalog-rules';

/** Settings travel with the API's route and its fields in one message. */
const MAX_BYTES = 128 * 1_024;
const MAX_ALLOWED = 50;
const MAX_FAULTS = 100;

/** Finds the faults of settings over these fields, 100 at most; null while there is no version to hold them against. */
export function settingsFaults(settings: ApiSettings, fields: readonly Field[] | null): Fault[] {
  const bytes = Buffer.byteLength(JSON.stringify(settings));
  if (bytes > MAX_BYTES)
    return [{ ...fault('', 'too_large', `The settings have ${bytes} bytes in all`), max: MAX_BYTES }];
  const faults: Fault[] = [];
  for (const found of allFaults(settings, fields)) {
    faults.push(found);
    // Nobody mends more at once, and looking for more would cost time for each byte.
    if (faults.length >= MAX_FAULTS) break;
  }
  return faults;
}

function* allFaults(settings: ApiSettings, fields: readonly Field[] | null): Generator<Fault> {
  yield* repeated('/exposed', settings.exposed ?? []);
  yield* repeated('/formats', settings.formats);
  if (settings.exposed?.length === 0) yield fault('/exposed', 'required', 'An API shows at least one field');
  if (fields) yield* new FieldRules(settings, fields).faults();
  yield* limitFaults(settings);
  yield* parameterFaults(settings);
  yield* originFaults(settings.cors?.origins ?? []);
  yield* catalogFaults(settings);
}

/** The rules that need the fields of a version. */
class FieldRules {
  private readonly all: ReadonlyMap<string, Field>;
  private readonly visible: ReadonlyMap<string, Field>;
  private readonly suggestions = new Suggestions();

  constructor(
    private readonly settings: ApiSettings,
    private readonly fields: readonly Field[],
  ) {
    this.all = new Map(fields.map((field) => [field.name, field]));
    const exposed = settings.exposed && new Set(settings.exposed);
    this.visible = new Map([...this.all].filter(([name]) => exposed === null || exposed.has(name)));
  }

  /** Finds one fault after the other, when it is asked for. */
  *faults(): Generator<Fault> {
    const { exposed, filterable, operators, sortable, defaultSort, rowFilter, parameters, send } = this.settings;
    const found = (fault: Fault | null) => (fault ? [fault] : []);
    for (const [index, name] of (exposed ?? []).entries())
      yield* found(this.unknown(`/exposed/${index}`, name, this.all));
    for (const [member, names] of Object.entries({ filterable, sortable }))
      for (const [index, name] of (names ?? []).entries()) yield* found(this.unseen(`/${member}/${index}`, name));
    for (const [name, on] of Object.entries(operators ?? {})) yield* this.operators(name, on);
    for (const [index, text] of defaultSort.entries()) yield* found(this.sort(`/defaultSort/${index}`, text));
    for (const [index, { name }] of parameters.entries())
      yield* found(this.collision(`/parameters/${index}/name`, name));
    if (rowFilter) yield* rowFilterFaults(rowFilter, this.fields, parameters);
    for (const [name, rule] of Object.entries(send.fields)) yield* this.rule(name, rule);
  }

  private unknown(pointer: string, name: string, known: ReadonlyMap<string, Field>): Fault | null {
    if (known.has(name)) return null;
    const unknown = fault(pointer, 'unknown_field', `There is no field ${name.slice(0, 100)}`);
    if (!this.suggestions.hasRoom()) return unknown;
    const names = [...known.keys()];
    const near = this.suggestions.suggest(name, names);
    return {
      ...unknown,
      ...(near && { hint: `did you mean ${near}?` }),
      allowed: names.slice(0, MAX_ALLOWED),
    };
  }

  /** A consumer may not work with what he cannot see: the order of rows would tell him of it. */
  private unseen(pointer: string, name: string): Fault | null {
    if (!this.all.has(name) || this.visible.has(name)) return this.unknown(pointer, name, this.visible);
    return { ...fault(pointer, 'field_hidden', `${name} is not exposed`), hint: 'add it to exposed, or leave it out' };
  }

  private operators(name: string, on: readonly string[]): Fault[] {
    const pointer = pointerTo('/operators', name);
    const unseen = this.unseen(pointer, name);
    const field = this.visible.get(name);
    if (!field || unseen) return unseen ? [unseen] : [];
    if (on.length === 0)
      return [
        { ...fault(pointer, 'required', 'Name at least one'), hint: 'leave the field out of filterable to allow none' },
      ];
    const allowed = [...new Set([...operatorsOf[field.type], ...(field.type === 'json' ? operatorsOf.path : [])])];
    return on.flatMap((op, index) => {
      if (allowed.some((each) => each === op)) return [];
      const detail = `${name} is of type ${field.type} and does not take ${op}`;
      return [{ ...fault(`${pointer}/${index}`, 'operator_not_allowed', detail), allowed }];
    });
  }

  private sort(pointer: string, text: string): Fault | null {
    const { field: path } = sortKeyOf(text);
    const [name = '', ...keys] = path.split('.');
    const unseen = this.unseen(pointer, name);
    if (unseen) return unseen;
    const isJson = this.visible.get(name)?.type === 'json';
    if (isJson === keys.length > 0 && keys.every((key) => key !== '')) return null;
    const detail = isJson ? `${name} holds nested values, which have no order` : `only json fields have values inside`;
    return { ...fault(pointer, 'not_sortable', detail), ...(isJson && { hint: `name a value inside: ${name}.key` }) };
  }

  private rule(name: string, rule: FieldRule): Fault[] {
    const pointer = pointerTo('/send/fields', name);
    const unseen = this.unseen(pointer, name);
    const field = this.visible.get(name);
    if (!field || unseen) return unseen ? [unseen] : [];
    return new FieldCheck(field, rule).faults.map(({ member, code, detail }) =>
      fault(`${pointer}/${member}`, code, detail),
    );
  }

  private collision(pointer: string, name: string): Fault | null {
    if (!this.visible.has(name)) return null;
    const detail = `${name} is an exposed field, so that ?${name}= filters by it already`;
    return { ...fault(pointer, 'parameter_collides', detail), hint: 'give the parameter another name' };
  }
}

function limitFaults({ limits: { defaultPage, maxPage } }: ApiSettings): Fault[] {
  if (defaultPage <= maxPage) return [];
  return [{ ...fault('/limits/defaultPage', 'too_large', `A page has at most ${maxPage} rows`), max: maxPage }];
}

function parameterFaults(settings: ApiSettings): Fault[] {
  const names = settings.parameters.map(({ name }) => name);
  const used = rowFilterParameters(settings.rowFilter);
  return settings.parameters.flatMap((parameter, index) => {
    const { name, type, default: preset, required } = parameter;
    const at = (member: string) => `/parameters/${index}/${member}`;
    const faults: Fault[] = [];
    if (!FieldName.safeParse(name).success)
      faults.push({
        ...fault(at('name'), 'invalid_name', 'This cannot be the name of a parameter'),
        hint: 'Letters, digits and single _ inside, 63 at most',
      });
    else if (names.indexOf(name) < index)
      faults.push(fault(at('name'), 'name_taken', `Another parameter is called ${name}`));
    if (!used.includes(name))
      faults.push({
        ...fault(at('name'), 'unused_parameter', `The row filter does not use ${name.slice(0, 100)}`),
        hint: `write {"$param": "${name.slice(0, 100)}"} in the place of a value of rowFilter`,
      });
    const value = isRequired(parameter) ? null : parseValue({ type }, String(preset));
    if (value && !value.ok)
      faults.push({ ...fault(at('default'), 'invalid_value', `The parameter is of type ${type}: ${value.detail}`) });
    else if (typeof preset === 'number' && !isExact(preset))
      faults.push(fault(at('default'), 'inexact_number', 'Write a number of so many digits as a text'));
    if (required === false && isRequired(parameter))
      faults.push({
        ...fault(at('default'), 'required', 'A parameter that may be left out needs a default'),
        hint: 'without one the row filter would have nothing to compare with',
      });
    if (required === true && !isRequired(parameter))
      faults.push(fault(at('required'), 'not_allowed', 'A parameter that has to be given has no default'));
    return faults;
  });
}

/** An origin as browsers write it (RFC 6454 section 6.2): compared letter by letter, so that any other spelling never matches. */
function originFaults(origins: readonly string[]): Fault[] {
  const wrong = origins.flatMap((origin, index) => {
    const exact = origin === '*' ? origin : originOf(origin);
    if (exact === origin) return [];
    const detail = 'An origin is a scheme and a host, with a port where it is not the usual one';
    return [
      {
        ...fault(`/cors/origins/${index}`, 'invalid_origin', detail),
        hint: exact ? `write ${exact}` : 'such as https://app.example.com, or * for any',
      },
    ];
  });
  return [...wrong, ...repeated('/cors/origins', origins)];
}

function originOf(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && ['http:', 'https:'].includes(url.protocol) ? url.origin : null;
}

function repeated(pointer: string, words: readonly string[]): Fault[] {
  const seen = new Set<string>();
  return words.flatMap((word, index) => {
    if (!seen.has(word)) {
      seen.add(word);
      return [];
    }
    return [fault(`${pointer}/${index}`, 'duplicate', `${word.slice(0, 100)} is named twice`)];
  });
}

import type { FieldType } from '@sluice/contracts/fields';
import { type Filter, type FilterOperator, filterOperators, MAX_IN_VALUES } from '@sluice/contracts/filter';
import type { FaultList, Place } from '../values/fault-list';
import { takesMany, valueType } from '../values/operators';
import { cutToMicroseconds, type ParsedValue, parseValue } from '../values/value';
import type { View } from '../views/view';
import type { Target } from '../views/view-fields';
import { allowedOperators } from '../views/view-rules';

/** The operator of that name, if it makes sense for the target and the view allows it. */
export function readOperator(
  target: Target,
  name: string,
  view: View,
  place: Place,
  faults: FaultList,
): FilterOperator | null {
  const allowed = allowedOperators(view, target.field, target.operand);
  const op = filterOperators.find((known) => known === name);
  if (op && allowed.includes(op)) return op;
  if (allowed.length === 0) {
    faults.add(place, 'not_filterable', `${target.path} cannot be filtered by`);
  } else if (op) {
    const kind = target.operand === 'path' ? 'a value inside json' : `of type ${target.operand}`;
    const detail = `${target.path} is ${kind} and does not take ${op}`;
    faults.add(place, 'operator_not_allowed', detail, { allowed: [...allowed] });
  } else {
    faults.unknown(place, 'unknown_operator', `there is no operator ${name.slice(0, 100)}`, () => allowed, name);
  }
  return null;
}

/** One comparison with values as they were written; null when any of them is no value of the type. */
export function readComparison(
  target: Target,
  op: FilterOperator,
  texts: readonly (string | null)[],
  place: Place,
  faults: FaultList,
): Filter | null {
  if (texts.length > MAX_IN_VALUES) {
    const detail = `${op} takes at most ${MAX_IN_VALUES} values`;
    faults.add(place, 'too_many_values', detail, { max: MAX_IN_VALUES });
    return null;
  }
  const type = valueType(target.operand, op);
  const values: (string | null)[] = [];
  let valid = texts.length > 0;
  for (const text of texts) {
    const value = text === null ? nullValue(op) : parseOperand(target, type, text);
    if (value.ok) {
      values.push(value.value);
      continue;
    }
    valid = false;
    const subject = op === 'null' ? `${target.path}__null` : target.path;
    faults.add(place, 'invalid_value', `${subject} is of type ${type}: ${value.detail}`, {
      hint: value.hint ?? (text === '' ? `rows without a value: ${target.path}__null=true` : undefined),
    });
  }
  return valid ? comparison(target.path, op, type, values) : null;
}

/** Numbers inside json have no field that says how many digits they keep: all those that are given count. */
function parseOperand({ operand }: Target, type: FieldType, text: string): ParsedValue {
  const exact = operand === 'path' && type === 'number' ? parseValue({ type: 'decimal' }, text) : null;
  return exact?.ok ? exact : parseValue({ type }, text);
}

function nullValue(op: FilterOperator): { ok: true; value: null } | { ok: false; detail: string; hint?: string } {
  if (takesMany(op) || op === 'eq' || op === 'ne') return { ok: true, value: null };
  return { ok: false, detail: `null has no place in ${op}`, hint: 'use the operator null' };
}

/** Compares with values of more digits of a second than fields keep by what the comparison means: no row equals them. */
function comparison(field: string, op: FilterOperator, type: FieldType, values: readonly (string | null)[]): Filter {
  if (type !== 'datetime' && type !== 'time') return { field, op, values: [...values] };
  const kept = values.map((value) => (value === null ? null : (cutToMicroseconds(value) ?? value)));
  const isExact = (value: string | null, index: number) => value === values[index];
  if (kept.every(isExact)) return { field, op, values: kept };
  // The value lies between what is kept of it and the microsecond behind.
  if (op === 'gt' || op === 'gte') return { field, op: 'gt', values: kept };
  if (op === 'lt' || op === 'lte') return { field, op: 'lte', values: kept };
  const exact = kept.filter(isExact);
  if (exact.length > 0) return { field, op, values: exact };
  return matchNone(field, op === 'ne' || op === 'nin' ? 'nin' : 'in');
}

/** Compares with no value: no row has one of them, and every row has none of them. */
export function matchNone(field: string, op: 'in' | 'nin'): Filter {
  const leaves = ['true', 'false'].map((value): Filter => ({ field, op: 'null', values: [value] }));
  return op === 'in' ? { and: leaves } : { or: leaves };
}

import { type FilterLeaf, type FilterOperator, filterOperators, MAX_IN_VALUES } from '@sluice/contracts/filter';
import type { FaultList, Place } from '../values/fault-list';
import { takesMany, valueType } from '../values/operators';
import { parseValue } from '../values/value';
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
): FilterLeaf | null {
  if (texts.length > MAX_IN_VALUES) {
    const detail = `${op} takes at most ${MAX_IN_VALUES} values`;
    faults.add(place, 'too_many_values', detail, { max: MAX_IN_VALUES });
    return null;
  }
  const type = valueType(target.operand, op);
  const values: (string | null)[] = [];
  let valid = texts.length > 0;
  for (const text of texts) {
    const value = text === null ? nullValue(op) : parseValue({ type }, text);
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
  return valid ? { field: target.path, op, values } : null;
}

function nullValue(op: FilterOperator): { ok: true; value: null } | { ok: false; detail: string; hint?: string } {
  if (takesMany(op) || op === 'eq' || op === 'ne') return { ok: true, value: null };
  return { ok: false, detail: `null has no place in ${op}`, hint: 'use the operator null' };
}

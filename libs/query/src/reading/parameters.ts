import type { FaultList } from '../values/fault-list';
import { parseValue } from '../values/value';
import type { View } from '../views/view';

/** The canonical value of every named parameter: as given, or its default. What is missing or unreadable is a fault. */
export function readParameters(
  view: View,
  given: ReadonlyMap<string, readonly string[]>,
  faults: FaultList,
): Record<string, string> {
  const values: [string, string][] = [];
  for (const parameter of view.parameters) {
    const { name, type } = parameter;
    const [text, ...more] = given.get(name) ?? [];
    const place = faults.parameterPlace(name);
    if (more.length > 0) faults.add(place, 'duplicate_parameter', `${name} may be given once`);
    else if (text === undefined && parameter.default === null) {
      faults.add(place, 'required', `the parameter ${name} has to be given`, {
        hint: parameter.description || undefined,
      });
    } else {
      const value = text === undefined ? null : parseValue({ type }, text);
      if (value?.ok === false) {
        faults.add(place, 'invalid_value', `${name} is of type ${type}: ${value.detail}`, { hint: value.hint });
      } else values.push([name, value?.value ?? parameter.default ?? '']);
    }
  }
  return Object.fromEntries(values);
}

/** Keeps the values that say something: a canonical query leaves out what equals a default. */
export function givenParameters(view: View, values: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(values)
    .filter(([name, value]) => view.parameters.find((parameter) => parameter.name === name)?.default !== value)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

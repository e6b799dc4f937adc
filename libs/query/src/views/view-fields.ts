import type { Field } from '@sluice/contracts/fields';
import type { FaultList, Place } from '../values/fault-list';
import type { Operand } from '../values/operators';
import type { View } from './view';

/** The meaning of a name in a query: a field of the view, or a place inside one of its json fields. */
export interface Target {
  /** As it is written: `amount`, `address.city`. */
  path: string;
  field: Field;
  operand: Operand;
}

const MAX_KEYS = 10;
/** Keys with other characters would run into operators, lists and aliases. */
const KEY = /^(?!.*__)[^.,():[\]"\0]{1,100}(?<!_)$/u;

/** The fields that a query may name. Whatever is outside the view does not exist: the same fault as for a typing error. */
export class ViewFields {
  private readonly byName: Map<string, Field>;

  constructor(readonly view: View) {
    this.byName = new Map(view.fields.map((field) => [field.name, field]));
  }

  get names(): string[] {
    return [...this.byName.keys()];
  }

  field(name: string, place: Place, faults: FaultList, listAllowed = () => this.names, meant?: string): Field | null {
    const field = this.byName.get(name);
    if (field) return field;
    const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
    faults.unknown(place, 'unknown_field', `there is no field ${shown}`, listAllowed, name, meant);
    return null;
  }

  /** Reads `field` or `field.key.key`; `meant` is what a name that there is not is known to mean. */
  target(path: string, place: Place, faults: FaultList, listAllowed?: () => string[], meant?: string): Target | null {
    const [name = '', ...keys] = path.split('.');
    const field = this.field(name, place, faults, listAllowed, meant);
    if (!field) return null;
    if (keys.length === 0) return { path, field, operand: field.type };
    if (field.type !== 'json') {
      faults.add(place, 'not_nested', `${name} is of type ${field.type}; only json fields have values inside`);
      return null;
    }
    if (keys.length > MAX_KEYS || !keys.every((key) => KEY.test(key))) {
      faults.add(place, 'invalid_path', `${path.slice(0, 100)} is no path into ${name}`, {
        hint: `write ${name}.key or ${name}.0, at most ${MAX_KEYS} keys deep`,
      });
      return null;
    }
    return { path, field, operand: 'path' };
  }
}

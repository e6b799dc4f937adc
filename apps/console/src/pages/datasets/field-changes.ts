import type { Field } from '@sluice/contracts/fields';

export interface FieldChange {
  name: string;
  kind: 'added' | 'removed' | 'changed' | 'same';
  was: string | null;
  is: string | null;
}

const order = ['removed', 'changed', 'added', 'same'];

/** The fields of two versions side by side; what breaks consumers comes first. */
export function fieldChanges(before: readonly Field[], after: readonly Field[]): FieldChange[] {
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  const changes = names.map((name): FieldChange => {
    const was = described(before.find((field) => field.name === name));
    const is = described(after.find((field) => field.name === name));
    if (was === null) return { name, kind: 'added', was, is };
    if (is === null) return { name, kind: 'removed', was, is };
    return { name, kind: was === is ? 'same' : 'changed', was, is };
  });
  return changes.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function described(field: Field | undefined): string | null {
  if (!field) return null;
  const scale = field.scale === undefined ? '' : ` (${field.scale} digits after the point)`;
  return `${field.type}${scale}${field.nullable ? ', may be empty' : ''}`;
}

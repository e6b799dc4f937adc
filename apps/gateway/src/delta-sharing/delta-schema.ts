import type { Field } from '@sluice/contracts/fields';
import type { View } from '@sluice/query/views/view';
import { HttpProblem } from '../http/problem';

/** A field of a struct as Spark writes schemas (Delta Sharing protocol, "Schema Object"). */
interface StructField {
  name: string;
  type: string;
  nullable: boolean;
  metadata: Record<string, string>;
}

/**
 * Writes the schema of what a view shows. Throws `not_acceptable` with the name of a field that Delta has no type for, and where two
 * names differ in their case alone, which Delta holds to be the same.
 */
export function deltaSchema({ fields }: View): string {
  const names = new Set<string>();
  const struct = fields.map((field): StructField => {
    const { name, label } = field;
    if (names.has(name.toLowerCase())) throw unsayable(name, 'has the name of another one in other case');
    names.add(name.toLowerCase());
    return { name, type: deltaType(field), nullable: true, metadata: label === name ? {} : { comment: label } };
  });
  return JSON.stringify({ type: 'struct', fields: struct });
}

function deltaType({ name, type, scale = 0 }: Field): string {
  switch (type) {
    case 'integer':
      return 'long';
    case 'number':
      return 'double';
    case 'decimal':
      return `decimal(38,${scale})`;
    case 'boolean':
      return 'boolean';
    case 'date':
      return 'date';
    case 'datetime':
      return 'timestamp';
    case 'text':
    case 'json':
      return 'string';
    case 'time':
      throw unsayable(name, 'is a time of day, for which Delta has no type');
  }
}

function unsayable(name: string, why: string): HttpProblem {
  const detail = `the field ${name} ${why}: the publisher can leave it out of what the API shows`;
  return new HttpProblem('not_acceptable', { detail });
}

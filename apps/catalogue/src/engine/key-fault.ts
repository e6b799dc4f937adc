import type { Fault } from '@sluice/contracts/fault';
import type { Field } from '@sluice/contracts/fields';
import type { Engine } from './engine';
import { quoted } from './sql';

const LIMIT_MS = 10_000;

type KeyFault = Pick<Fault, 'code' | 'detail'>;

/** Finds out why the fields do not name each of the rows, a table or a subquery; null when they do. */
export async function findKeyFault(
  engine: Engine,
  rows: string,
  fields: readonly Field[],
  keyFields: readonly string[],
): Promise<KeyFault | null> {
  for (const name of keyFields) {
    const field = fields.find((each) => each.name === name);
    if (!field) return { code: 'unknown_field', detail: `there is no field ${name}` };
    if (field.type === 'json')
      return { code: 'not_a_key', detail: `${name} is of type json and cannot be a key field` };
  }
  const columns = keyFields.map(quoted);
  const isNull = columns.map((column) => `${column} IS NULL`);
  const nulls = isNull.map((each) => `count(*) FILTER (${each})`).join(', ');
  const [counted = []] = await engine.query(`SELECT ${nulls} FROM ${rows}`, [], { timeoutMs: LIMIT_MS });
  for (const [index, name] of keyFields.entries()) {
    const count = Number(counted[index]);
    if (count > 0) return { code: 'null_key', detail: `${name} is null in ${count} ${count === 1 ? 'row' : 'rows'}` };
  }
  const names = columns.join(', ');
  const [doubled] = await engine.query(
    `SELECT count(*), ${columns.map((column) => `any_value(${column})::VARCHAR`).join(', ')}
     FROM ${rows} GROUP BY ${names} HAVING count(*) > 1 ORDER BY ${names} LIMIT 1`,
    [],
    { timeoutMs: LIMIT_MS },
  );
  if (!doubled) return null;
  const [count, ...values] = doubled;
  const example = keyFields.map((name, index) => `${name} ${String(values[index])}`).join(', ');
  return { code: 'not_unique', detail: `${Number(count)} rows have the same key: ${example}` };
}

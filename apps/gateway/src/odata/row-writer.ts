import { readExactly, writeExactly } from '@sluice/query/describing/exact-json';
import { identifierOf } from '@sluice/query/values/entity-set';
import type { Output } from './apply-expression';
import { NAMESPACE, ROW_KEY } from './edm';
import type { EntitySet } from './entity-sets';
import type { JsonForm } from './odata-format';
import type { SetQuery } from './set-query';

/** Types whose values JSON shows as what they are (OData JSON Format 4.0, section 7.1). */
const PLAIN = ['Edm.String', 'Edm.Boolean', 'Edm.Double'];
const LARGE = ['Edm.Int64', 'Edm.Decimal'];

/** Writes rows as OData has them. Where they are no different from ours, their bytes stay as they are. */
export class RowWriter {
  /** Whether rows are written anew: what our pages have says other names, or says less. */
  private readonly isOther: boolean;

  constructor(
    private readonly set: EntitySet,
    private readonly query: Pick<SetQuery, 'outputs' | 'hasRowKey' | 'isGrouped'>,
    private readonly form: JsonForm,
  ) {
    const { outputs, isGrouped } = query;
    const isLarge = ({ type }: Output) => form.ieee754 && LARGE.includes(type.name);
    this.isOther =
      (form.metadata !== 'none' && isGrouped) ||
      form.metadata === 'full' ||
      outputs.length === 0 ||
      outputs.some((output) => output.isJson || output.name !== output.property || isLarge(output));
  }

  /** Whether the rows of our pages can be sent as they are. */
  get isPlain(): boolean {
    return !this.isOther && !this.query.hasRowKey;
  }

  /** Writes the members of a row, without the braces around them. */
  members(row: Buffer, key: string | undefined): Buffer {
    if (this.isOther) return Buffer.from(writeExactly(this.rewrite(row, key)).slice(1, -1));
    const inside = row.subarray(1, -1);
    if (!this.query.hasRowKey) return inside;
    return Buffer.concat([Buffer.from(`"${ROW_KEY}":${JSON.stringify(key)},`), inside]);
  }

  private rewrite(row: Buffer, key: string | undefined): object {
    const values = readExactly(row.toString()) as Record<string, unknown>;
    const { outputs, hasRowKey, isGrouped } = this.query;
    const { metadata } = this.form;
    const written: Record<string, unknown> = {};
    if (metadata === 'full' && !isGrouped) {
      written['@odata.type'] = `#${NAMESPACE}.${this.set.name}`;
      const id = this.idOf(values, key);
      if (id !== null) written['@odata.id'] = id;
    }
    if (metadata !== 'none' && isGrouped) written['@odata.id'] = null;
    const isTyped = ({ type }: Output) =>
      !PLAIN.includes(type.name) && (metadata === 'full' || (metadata === 'minimal' && isGrouped));
    if (hasRowKey) written[ROW_KEY] = key;
    for (const output of outputs) {
      const { name, property, type } = output;
      if (isTyped(output)) written[`${property}@odata.type`] = `#${type.name.replace('Edm.', '')}`;
      written[property] = this.valueOf(output, values[name] ?? null);
    }
    return written;
  }

  private valueOf({ type, isJson }: Output, value: unknown): unknown {
    if (value === null) return null;
    if (isJson) return typeof value === 'object' ? writeExactly(value) : JSON.stringify(value);
    return this.form.ieee754 && LARGE.includes(type.name) ? String(value) : value;
  }

  /** Gives the address of a row below that of the service; null where its key was not selected. */
  private idOf(values: Record<string, unknown>, rowKey: string | undefined): string | null {
    const { key, name, view } = this.set;
    if (key === null) return rowKey === undefined ? null : `${name}('${rowKey}')`;
    const parts: string[] = [];
    for (const field of key) {
      const value = values[field];
      if (value === undefined) return null;
      const isText = view.fields.some((each) => each.name === field && each.type === 'text');
      const literal = encodeURIComponent(isText ? `'${String(value).replaceAll("'", "''")}'` : String(value));
      parts.push(key.length === 1 ? literal : `${identifierOf(field)}=${literal}`);
    }
    return `${name}(${parts.join()})`;
  }
}

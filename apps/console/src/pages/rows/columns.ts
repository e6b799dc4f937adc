import type { Field } from '@sluice/contracts/fields';

export type GridField = Pick<Field, 'name' | 'type'>;

/** A column as it is drawn, its width in pixels. */
export interface GridColumn extends GridField {
  width: number;
}

const CHAR_PX = 7.2;
const AROUND_PX = 28;
/** Place for the pictures in a head: the order, and the menu. */
const HEAD_PX = 52;
const LOOKED_AT = 50;
const [MIN_PX, MAX_PX] = [96, 320];
/** A profile has twenty bars, or values with their shares. */
const MIN_PROFILED_PX = 172;

/** Finds how wide columns are by their names and first rows, so that nothing moves while more rows come. */
export function widthsOf(
  fields: readonly GridField[],
  rows: readonly Readonly<Record<string, unknown>>[],
  textOf: (value: unknown) => string | null,
  isProfiled: boolean,
): GridColumn[] {
  return fields.map(({ name, type }) => {
    const longest = Math.max(0, ...rows.slice(0, LOOKED_AT).map((row) => textOf(row[name])?.length ?? 4));
    const wanted = Math.max(longest * CHAR_PX + AROUND_PX, name.length * CHAR_PX + HEAD_PX);
    const width = Math.round(Math.min(MAX_PX, Math.max(isProfiled ? MIN_PROFILED_PX : MIN_PX, wanted)));
    return { name, type, width };
  });
}

export function isNumeric(type: Field['type']): boolean {
  return type === 'integer' || type === 'number' || type === 'decimal';
}

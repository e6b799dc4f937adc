import type { Field, FieldType } from '@sluice/contracts/fields';
import { cellFormats } from './sheet-styles';

/** Characters that a column shows. */
const usualWidth: Readonly<Record<FieldType, number>> = {
  text: 8,
  json: 8,
  integer: 12,
  decimal: 14,
  number: 14,
  boolean: 8,
  date: 11,
  datetime: 23,
  time: 12,
};
const MAX_WIDTH = 60;
/** The arrow of the filter stands beside the name. */
const ARROW_WIDTH = 4;

/** What stands before the rows of a sheet: the header, which stays in sight, and widths by types, names and texts. */
export function sheetHead(fields: readonly Field[], longest: ReadonlyMap<string, number>): string {
  const columns = fields.map(({ name, type }, index) => {
    const width = Math.max(usualWidth[type], name.length + ARROW_WIDTH, (longest.get(name) ?? 0) + 1);
    return `<col min="${index + 1}" max="${index + 1}" width="${Math.min(MAX_WIDTH, width)}" customWidth="1"/>`;
  });
  // Names are letters, digits and underscores; one of them may look like an escape.
  const names = fields.map(({ name }) => name.replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_'));
  const header = names.map((name) => `<c s="${cellFormats.header}" t="inlineStr"><is><t>${name}</t></is></c>`);
  return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">\
<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>\
<cols>${columns.join('')}</cols><sheetData><row>${header.join('')}</row>`;
}

/** What stands behind them: the header is a filter. */
export function sheetEnd(columns: number, rows: number): string {
  return `</sheetData><autoFilter ref="A1:${columnName(columns)}${rows + 1}"/></worksheet>`;
}

/** A is 1, Z is 26, AA is 27. */
function columnName(column: number): string {
  const rest = Math.floor((column - 1) / 26);
  return (rest > 0 ? columnName(rest) : '') + String.fromCharCode(65 + ((column - 1) % 26));
}

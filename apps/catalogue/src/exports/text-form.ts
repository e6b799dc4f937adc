import type { RowFormatting } from '@sluice/contracts/catalogue/row-formats';
import type { Field } from '@sluice/contracts/fields';
import { rowJson } from '../engine/row-json';
import { csvRecord } from './csv-text';

/** A format that is text: the SQL of one record with what parts it from others, and what stands around all of them. */
export interface TextForm {
  record: string;
  /** Bytes at the begin of a record that the first one does without. */
  separatorBytes: number;
  before: string;
  after: string;
}

const BYTE_ORDER_MARK = '\uFEFF';
const SEPARATOR = ',\n';

export function textForm(fields: readonly Field[], { bom, escapeFormulas, format }: RowFormatting): TextForm {
  if (format === 'csv') {
    // Names of fields are letters, digits and underscores: nothing to quote.
    const header = `${fields.map(({ name }) => name).join(',')}\r\n`;
    const before = (bom ? BYTE_ORDER_MARK : '') + header;
    return { record: csvRecord(fields, escapeFormulas), separatorBytes: 0, before, after: '' };
  }
  if (format === 'ndjson') return { record: rowJson(fields, '', '\n'), separatorBytes: 0, before: '', after: '' };
  return { record: rowJson(fields, SEPARATOR), separatorBytes: SEPARATOR.length, before: '[', after: ']\n' };
}

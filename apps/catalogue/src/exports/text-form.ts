import type { Field } from '@sluice/contracts/fields';
import type { RowFormatting } from '@sluice/contracts/row-formats';
import { rowJson } from '../rows/row-json';
import { csvRecord } from './csv-text';

/** A format that is text: the SQL of one record, and what stands around records. */
export interface TextForm {
  record: string;
  before: string;
  between: string;
  /** Behind the last record, if there is one. */
  end: string;
  after: string;
}

const BYTE_ORDER_MARK = '\uFEFF';
const CRLF = '\r\n';

export function textForm(fields: readonly Field[], formatting: RowFormatting): TextForm {
  const { bom, escapeFormulas, format } = formatting;
  if (format === 'csv') {
    // Names of fields are letters, digits and underscores: nothing to quote.
    const header = fields.map(({ name }) => name).join(',') + CRLF;
    const before = (bom ? BYTE_ORDER_MARK : '') + header;
    return { record: csvRecord(fields, escapeFormulas), before, between: CRLF, end: CRLF, after: '' };
  }
  const record = rowJson(fields);
  if (format === 'ndjson') return { record, before: '', between: '\n', end: '\n', after: '' };
  return { record, before: '[', between: ',\n', end: '', after: ']\n' };
}

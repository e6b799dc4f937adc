import { isUtf8 } from 'node:buffer';
import { type SendFormat, sendRows } from '@sluice/contracts/catalogue/sends';
import type { Field } from '@sluice/contracts/fields';
import type { SentCsvForm } from '@sluice/contracts/send-rules';
import { refuse } from '@sluice/messaging/service-error';
import { readRows, withoutByteOrderMark } from '@sluice/records/read-rows';
import { type RecordFault, Unreadable } from '@sluice/records/unreadable';
import { SentCsv } from './sent-csv';
import { SentJson } from './sent-json';
import type { TakeRow } from './sent-row';

/**
 * Hands on the rows of a body one by one, a step at a time. Refuses a body that ends too early, or is no JSON or CSV at
 * all, with the line and column: nothing of it can be trusted, whatever was handed on before.
 */
export function* readSentRows(
  body: Uint8Array,
  format: SendFormat,
  fields: readonly Field[],
  form: SentCsvForm,
  take: TakeRow,
): Generator<void, void> {
  const text = withoutByteOrderMark(body);
  if (!isUtf8(text)) throw refuse(sendRows, 'malformed_request', 'the body is not UTF-8');
  const csv = new SentCsv(fields, form, take);
  try {
    yield* readRows(format, text, { csv, json: new SentJson(take) }, { delimiter: form.delimiter });
    if (format === 'csv') csv.end();
  } catch (error) {
    const fault = error instanceof Unreadable ? error.faults[0] : undefined;
    if (!fault) throw error;
    if (fault.code === 'row_too_large') {
      const { line, code, detail } = fault;
      throw refuse(sendRows, 'invalid_rows', 'nothing was written', [{ in: 'body', line, code, detail }]);
    }
    throw refuse(sendRows, 'malformed_request', unreadableAt(text, fault));
  }
}

function unreadableAt(text: Buffer, { line, lineStart, offset, detail }: RecordFault): string {
  let column = 1;
  // The first byte of a character is none of those that go on with one.
  for (let at = lineStart; at < offset; at++) if (((text[at] ?? 0) & 0xc0) !== 0x80) column++;
  return `the body is not readable at line ${line}, column ${column}: ${detail}`;
}

import type { Field } from '@sluice/contracts/fields';
import type { SentValue } from '@sluice/query/sending/sent-value';
import { type CastingContext, CsvError, type InfoRecord, parse } from 'csv-parse/sync';
import { MAX_RECORD_BYTES } from '../sources/source-scanner';
import { type SentRow, unreadable } from './sent-rows';

interface CsvRecord {
  record: (string | null)[];
  info: InfoRecord;
}

/**
 * The rows of a CSV body (RFC 4180) whose first line names the fields, by name or by label. A cell without quotes that
 * is empty is null, `""` is an empty text. The whole body is at hand and small: it is read at once.
 */
export function* csvRows(body: Buffer, fields: readonly Field[], maxRows: number): Generator<SentRow> {
  // The header, and one row more than are taken: that there are too many is to be seen.
  const [header, ...records] = recordsOf(body, maxRows + 2);
  if (!header) throw unreadable('the body has no line with the names of the fields');
  const names = header.record.map((cell) => nameOf(cell ?? '', fields));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw unreadable(`the first line names ${twice.slice(0, 100)} twice`);
  let index = 0;
  for (const { record, info } of records) {
    const row = { pointer: `/${index++}`, line: info.lines };
    if (record.length === names.length) {
      yield { ...row, cells: new Map(names.map((name, at) => [name, sent(record[at] ?? null)])) };
    } else {
      const detail = `the row has ${record.length} cells where the first line has ${names.length}`;
      yield { ...row, cells: new Map(), fault: { code: 'wrong_field_count', detail } };
    }
  }
}

function recordsOf(body: Buffer, max: number): CsvRecord[] {
  try {
    const records: unknown = parse(body, {
      to: max,
      max_record_size: MAX_RECORD_BYTES,
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      cast: (cell: string, { quoting }: CastingContext) => (cell === '' && !quoting ? null : cell),
    });
    // With `info` each record comes with its place, which the library's types do not tell.
    return records as CsvRecord[];
  } catch (error) {
    if (error instanceof CsvError) throw unreadable(`the CSV is broken at line ${error.lines ?? 'unknown'}`);
    throw error;
  }
}

function sent(cell: string | null): SentValue | null {
  return cell === null ? null : { kind: 'text', text: cell };
}

/** A header may be the label under which the field came from its source. */
function nameOf(header: string, fields: readonly Field[]): string {
  if (fields.some(({ name }) => name === header)) return header;
  const labelled = fields.filter(({ label }) => label === header);
  return labelled.length === 1 && labelled[0] ? labelled[0].name : header;
}

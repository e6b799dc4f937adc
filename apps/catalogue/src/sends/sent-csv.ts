import { sendRows } from '@sluice/contracts/catalogue/sends';
import { type Field, MAX_FIELDS } from '@sluice/contracts/fields';
import type { SentCsvForm } from '@sluice/contracts/send-rules';
import { refuse } from '@sluice/messaging/service-error';
import type { SentValue } from '@sluice/query/sending/sent-value';
import type { CsvSink } from '@sluice/records/csv-sink';
import { RecordBuffer } from '@sluice/records/record-buffer';
import { sentCells } from './sent-cells';
import type { SentRow, TakeRow } from './sent-row';

/** More than any dataset has fields, by far. */
const MAX_COLUMNS = 2 * MAX_FIELDS;

/** Makes sent rows of the records of a CSV body, whose first one names the fields, by name or by label. */
export class SentCsv implements CsvSink {
  readonly records = new LineBuffer();
  private readonly cell: (name: string, text: string | null) => SentValue | null;
  private names: readonly string[] = [];
  private count = 0;

  constructor(
    private readonly fields: readonly Field[],
    form: SentCsvForm,
    private readonly take: TakeRow,
  ) {
    this.cell = sentCells(fields, form);
  }

  columns(count: number): void {
    if (count > MAX_COLUMNS) throw unreadable(`the first line names more than ${MAX_COLUMNS} fields`);
    this.names = this.records.openCells().map((header) => nameOf(header ?? '', this.fields));
    const twice = this.names.find((name, index) => this.names.indexOf(name) < index);
    if (twice !== undefined) throw unreadable(`the first line names ${twice.slice(0, 100)} twice`);
  }

  row(): void {
    const texts = this.records.openCells();
    const cells = new Map(this.names.map((name, at) => [name, this.cell(name, texts[at] ?? null)]));
    this.hand(cells);
  }

  oddRow(cells: number): void {
    const detail = `the row has ${cells} cells where the first line has ${this.names.length}`;
    this.hand(new Map(), { code: 'wrong_field_count', detail });
  }

  /** Refuses a body without a header. */
  end(): void {
    if (this.names.length === 0) throw unreadable('the body has no line with the names of the fields');
  }

  private hand(cells: SentRow['cells'], fault?: SentRow['fault']): void {
    this.records.drop();
    this.take({ pointer: `/${this.count++}`, line: this.records.line, cells, fault });
  }
}

/** Remembers the line of the open record. */
class LineBuffer extends RecordBuffer {
  line = 0;

  override begin(line: number, offset: number): void {
    super.begin(line, offset);
    this.line = line;
  }
}

/** Names the field that a header means, which may be the label under which it came from its source. */
function nameOf(header: string, fields: readonly Field[]): string {
  if (fields.some(({ name }) => name === header)) return header;
  const labelled = fields.filter(({ label }) => label === header);
  return labelled.length === 1 && labelled[0] ? labelled[0].name : header;
}

function unreadable(detail: string): Error {
  return refuse(sendRows, 'malformed_request', detail);
}

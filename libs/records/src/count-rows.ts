import type { CsvForm } from './csv-form';
import type { CsvSink } from './csv-sink';
import type { JsonSink } from './json-reader';
import { type RowFormat, readRows } from './read-rows';
import { RecordBuffer } from './record-buffer';
import { Unreadable } from './unreadable';

/**
 * Counts the rows of a body, a step at a time, with the readers that will read them, in time that grows with its bytes.
 * Of a body that cannot be read it may be any number: those before the first fault.
 */
export function* countRows(format: RowFormat, bytes: Uint8Array, form: CsvForm = {}): Generator<void, number> {
  const counter = new RowCounter();
  try {
    yield* readRows(format, bytes, { csv: counter, json: counter }, form);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
  }
  return counter.count;
}

class RowCounter implements CsvSink, JsonSink {
  count = 0;
  readonly records = new RecordBuffer();

  columns(): void {}

  row(): void {
    this.count++;
    this.records.drop();
  }

  oddRow(): void {
    this.row();
  }

  object(): void {
    this.count++;
  }
}

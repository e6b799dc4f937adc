import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import { JsonFault, type JsonMember, type JsonObjectReader } from '@sluice/records/json-object';
import { JsonReader, type JsonSink } from '@sluice/records/json-reader';
import { Unreadable } from '@sluice/records/unreadable';
import { SelectedColumns } from './selected-columns';
import type { Stager } from './stager';
import { MAX_RECORD_BYTES, MAX_STAGED_BYTES, StagingBuffer } from './staging-buffer';

const NULL = 'null';
/** The column of a key that does not come in. */
const LEFT_OUT = -1;
const SMALL_N = 0x6e;

/**
 * Stages an array of objects, or with `lines` objects one after the other (NDJSON). A column appears when its key is met
 * for the first time; cells are staged as they are written in JSON, null like a missing key. Of a key that an object
 * holds twice the last one counts.
 */
export class JsonStager implements Stager, JsonSink {
  readonly records = new StagingBuffer();
  readonly labels: string[] = [];
  rows = 0;
  private readonly reader: JsonReader;
  private readonly columns = new Map<string, number>();
  private readonly keysInOrder: string[] = [];
  private readonly cells: (JsonMember | undefined)[] = [];
  /** By column, the row that its cell belongs to. */
  private readonly rowOfCell: number[] = [];
  private nonFinite = 0;
  private halfSurrogates = 0;

  constructor(
    lines: boolean,
    private readonly selected = new SelectedColumns(undefined),
  ) {
    this.reader = new JsonReader(this, { lines, maxRecordBytes: MAX_RECORD_BYTES });
  }

  get warnings(): readonly ImportWarning[] {
    const { nonFinite, halfSurrogates } = this;
    const warnings: ImportWarning[] = [];
    if (nonFinite > 0) {
      const detail = `${nonFinite} NaN or Infinity inside nested values became null.`;
      warnings.push({ code: 'not_finite', detail, count: nonFinite });
    }
    if (halfSurrogates > 0) {
      const detail = `${halfSurrogates} texts held half a surrogate pair, which became U+FFFD.`;
      warnings.push({ code: 'characters_replaced', detail, count: halfSurrogates });
    }
    return warnings;
  }

  push(chunk: Buffer): void {
    this.reader.push(chunk);
  }

  end(): void {
    this.reader.end();
    this.selected.refuseMissing();
    if (this.labels.length > 0) return;
    const detail = 'The file holds no object with a key, so there are no columns.';
    throw new Unreadable([{ ...this.reader.place, code: 'no_columns', detail }]);
  }

  object(object: JsonObjectReader, line: number, offset: number): void {
    const { members, count, text, length } = object;
    if (length > MAX_STAGED_BYTES) {
      throw new JsonFault(object.start, 'row_too_large', `The row is larger than ${MAX_STAGED_BYTES} bytes.`);
    }
    this.nonFinite = object.nonFinite;
    this.halfSurrogates = object.halfSurrogates;
    let last = -1;
    for (let index = 0; index < count; index++) {
      const member = members[index] as JsonMember;
      const column = this.columnOf(text, member, index);
      if (column === LEFT_OUT) continue;
      this.cells[column] = member;
      this.rowOfCell[column] = this.rows;
      if (column > last) last = column;
    }
    const { records } = this;
    records.begin(line, offset);
    records.reserve(length + last + 2);
    for (let column = 0; column <= last; column++) {
      records.putSeparator();
      const cell = this.cells[column];
      if (!cell || this.rowOfCell[column] !== this.rows) continue;
      if (cell.end - cell.start === NULL.length && text[cell.start] === SMALL_N) continue;
      records.length += text.copy(records.bytes, records.length, cell.start, cell.end);
    }
    records.keep();
    this.rows++;
  }

  /** Finds a member's column. Rows mostly have their keys in one order, so the key at its place is tried first. */
  private columnOf(text: Buffer, member: JsonMember, index: number): number {
    const key = text.toString('latin1', member.keyStart, member.keyEnd);
    if (this.keysInOrder[index] === key) return index;
    const known = this.columns.get(key);
    if (known !== undefined) return known;
    const label: string = JSON.parse(text.toString('utf8', member.keyStart, member.keyEnd));
    if (this.columns.size >= this.selected.most) throw this.tooMany(member);
    if (!this.selected.has(label)) {
      this.columns.set(key, LEFT_OUT);
      return LEFT_OUT;
    }
    // The same key may be written with and without escapes.
    const same = this.labels.indexOf(label);
    const column = same === -1 ? this.labels.length : same;
    if (same === -1) {
      this.labels.push(label);
      this.keysInOrder.push(key);
    }
    this.columns.set(key, column);
    return column;
  }

  private tooMany(member: JsonMember): JsonFault {
    const { most, hint } = this.selected;
    return new JsonFault(
      member.at,
      'too_many_columns',
      `The file has more than ${most} different keys. ${hint}`.trim(),
    );
  }
}

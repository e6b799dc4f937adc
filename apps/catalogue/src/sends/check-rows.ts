import { MAX_SEND_FAULTS, type SendRequest, sendRows } from '@sluice/contracts/catalogue/sends';
import type { Fault } from '@sluice/contracts/fault';
import type { Field } from '@sluice/contracts/fields';
import { refuse } from '@sluice/messaging/service-error';
import { FieldCheck } from '@sluice/query/sending/field-check';
import { readSentValue, type SentValue } from '@sluice/query/sending/sent-value';
import { Suggestions } from '@sluice/query/values/closest';
import { pointerTo } from '@sluice/query/values/fault-list';
import { MAX_STAGED_BYTES } from '../sources/staging-buffer';
import { readSentRows } from './read-sent-rows';
import type { SentRow } from './sent-row';

/** The rows of a send that may be committed. */
export interface CheckedRows {
  /** Canonical texts in the order of the version's fields; json fields as JSON text. */
  rows: (string | null)[][];
  rejected: number;
  /** The faults of the first rejected rows. */
  faults: Fault[];
}

const MAX_ALLOWED = 50;
/** Rows of one request times fields of the version. */
const MAX_CELLS = 3_000_000;

/**
 * Takes the body of a send apart, a step at a time, and holds every row against the version's fields and the API's
 * rules. Throws a refusal: for a body that cannot be read, and with every fault for rows that may not be kept: any bad
 * one, or with `lenient` all.
 */
export function* checkRows(
  body: Uint8Array,
  request: SendRequest,
  fields: readonly Field[],
  keyFields: readonly string[] = [],
): Generator<void, CheckedRows> {
  const { rules, lenient } = request;
  const check = new RowCheck(fields, request, keyFields);
  const rows: (string | null)[][] = [];
  const faults: Fault[] = [];
  let count = 0;
  // Each row is a step of its own, since it takes time for each field.
  for (const sent of sentRows(body, request, fields)) {
    yield;
    if (!sent) continue;
    if (++count > rules.maxRows)
      throw refuse(sendRows, 'payload_too_large', `a request has at most ${rules.maxRows} rows`);
    if (count * fields.length > MAX_CELLS) throw tooManyCells(fields.length);
    const row = check.row(sent, faults);
    if (row) rows.push(row);
    else if (!lenient && faults.length >= MAX_SEND_FAULTS) throw invalid(faults);
  }
  if (count === 0) throw invalid([{ in: 'body', code: 'no_rows', detail: 'the request holds no row' }]);
  const rejected = count - rows.length;
  if (rejected > 0 && (!lenient || rows.length === 0)) throw invalid(faults);
  return { rows, rejected, faults };
}

/** A row has a cell for each field of the version, however few bytes were sent: what is stored has to be bounded too. */
function tooManyCells(width: number): Error {
  const rows = Math.floor(MAX_CELLS / width);
  return refuse(sendRows, 'payload_too_large', `a row has ${width} fields: send at most ${rows} rows at a time`);
}

/** Gives the rows of a body one by one, and null wherever some of it was read that ended no row. */
function* sentRows(body: Uint8Array, { format, rules }: SendRequest, fields: readonly Field[]) {
  const read: SentRow[] = [];
  for (const _ of readSentRows(body, format, fields, rules.csv, (sent) => read.push(sent))) {
    yield* read.splice(0);
    yield null;
  }
  yield* read;
}

function invalid(faults: Fault[]): Error {
  return refuse(sendRows, 'invalid_rows', 'nothing was written', faults);
}

/** Checks rows one after the other against fields and rules that were prepared once. */
class RowCheck {
  private readonly taken: ReadonlyMap<string, { field: Field; check: FieldCheck; at: number }>;
  private readonly width: number;
  private readonly ignoresUnknown: boolean;
  private readonly lenient: boolean;
  private readonly suggestions = new Suggestions();

  /** Positions of the fields that a row must not leave out. */
  private readonly keys: { name: string; at: number }[];

  constructor(
    fields: readonly Field[],
    { fields: exposed, rules, lenient }: SendRequest,
    keyFields: readonly string[],
  ) {
    this.lenient = lenient;
    this.keys = keyFields.map((name) => ({ name, at: fields.findIndex((field) => field.name === name) }));
    this.ignoresUnknown = rules.unknownFields === 'ignore';
    this.taken = new Map(
      fields.flatMap((field, at) => {
        if (exposed && !exposed.includes(field.name)) return [];
        return [[field.name, { field, check: new FieldCheck(field, rules.fields[field.name] ?? {}), at }]];
      }),
    );
    this.width = fields.length;
  }

  /** The row in canonical texts, or null; what is wrong with it is added to the faults, as far as they are told. */
  row(sent: SentRow, faults: Fault[]): (string | null)[] | null {
    const { pointer, line, cells } = sent;
    let valid = true;
    const add: AddFault = (place, code, detail, more = {}) => {
      valid = false;
      if (faults.length < MAX_SEND_FAULTS) faults.push({ in: 'body', pointer: place, line, code, detail, ...more });
    };
    if (sent.fault) {
      add(pointer, sent.fault.code, sent.fault.detail);
      return null;
    }
    const row: (string | null)[] = new Array(this.width).fill(null);
    let bytes = 0;
    for (const [name, { field, check, at }] of this.taken) {
      const given = cells.get(name);
      const place = () => pointerTo(pointer, name);
      const value = given === undefined ? check.preset : given && this.value(field, check, given, place, add);
      if (value === undefined) continue;
      if (value === null && check.required) add(place(), 'required', `${name} has to be given`);
      row[at] = value;
      bytes += value?.length ?? 0;
    }
    for (const { name, at } of this.keys) {
      const taken = this.taken.get(name);
      const refused = taken && (taken.check.required || cells.get(name));
      if (row[at] === null && !refused)
        add(pointerTo(pointer, name), 'required', `${name} has to be given: it is a key field`);
    }
    if (!this.ignoresUnknown) {
      for (const name of cells.keys()) if (!this.taken.has(name)) this.unknown(name, pointer, add);
    }
    if (bytes > MAX_STAGED_BYTES) add(pointer, 'row_too_large', `a row has at most ${MAX_STAGED_BYTES} bytes`);
    return valid ? row : null;
  }

  /** Undefined when the value is refused. */
  private value(
    field: Field,
    check: FieldCheck,
    given: SentValue,
    place: () => string,
    add: AddFault,
  ): string | undefined {
    const read = readSentValue(field, given, this.lenient);
    if (!read.ok) {
      add(place(), 'invalid_value', `${field.name} is of type ${field.type}: ${read.detail}`);
      return undefined;
    }
    const broken = check.broken(read.value);
    if (broken) {
      const { code, detail, ...more } = broken;
      add(place(), code, `${field.name}: ${detail}`, more);
      return undefined;
    }
    return read.value;
  }

  private unknown(name: string, pointer: string, add: AddFault): void {
    const place = pointerTo(pointer, name.slice(0, 100));
    const detail = `there is no field ${name.slice(0, 100)}`;
    if (!this.suggestions.hasRoom()) {
      add(place, 'unknown_field', detail);
      return;
    }
    const known = [...this.taken.keys()];
    const near = this.suggestions.suggest(name, known);
    add(place, 'unknown_field', detail, {
      ...(near && { hint: `did you mean ${near}?` }),
      allowed: known.slice(0, MAX_ALLOWED),
    });
  }
}

type AddFault = (place: string, code: string, detail: string, more?: Partial<Fault>) => void;

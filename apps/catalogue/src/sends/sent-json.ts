import { MAX_FIELDS } from '@sluice/contracts/fields';
import type { SentValue } from '@sluice/query/sending/sent-value';
import type { JsonMember, JsonObjectReader } from '@sluice/records/json-object';
import type { JsonSink } from '@sluice/records/json-reader';
import type { SentRow, TakeRow } from './sent-row';

const [OPEN_OBJECT, OPEN_ARRAY, QUOTE, SMALL_T, SMALL_F, SMALL_N] = [0x7b, 0x5b, 0x22, 0x74, 0x66, 0x6e];
/** More than any dataset has fields, by far. */
const MAX_MEMBERS = 2 * MAX_FIELDS;

/** Makes sent rows of the objects of a JSON body. */
export class SentJson implements JsonSink {
  private count = 0;
  private halfSurrogates = 0;
  private nonFinite = 0;

  constructor(private readonly take: TakeRow) {}

  object(object: JsonObjectReader, line: number, _offset: number, isSingle: boolean): void {
    const { members, count } = object;
    const cells = new Map<string, SentValue | null>();
    let fault: SentRow['fault'];
    if (count > MAX_MEMBERS) {
      fault = { code: 'too_many_members', detail: `an object has at most ${MAX_MEMBERS} members` };
    } else {
      let repeated: string | undefined;
      for (let index = 0; index < count; index++) {
        const member = members[index] as JsonMember;
        const key: string = JSON.parse(object.text.toString('utf8', member.keyStart, member.keyEnd));
        if (cells.has(key)) repeated = key;
        cells.set(key, sentValue(object.text, member));
      }
      fault = repeated === undefined ? this.lossIn(object) : duplicate(repeated);
    }
    this.halfSurrogates = object.halfSurrogates;
    this.nonFinite = object.nonFinite;
    this.take({ pointer: isSingle ? '' : `/${this.count++}`, line, cells, fault });
  }

  /** Tells what the reader had to change to read the object: an import may lose that, a send is refused. */
  private lossIn(object: JsonObjectReader): SentRow['fault'] {
    if (object.halfSurrogates > this.halfSurrogates) {
      return { code: 'invalid_value', detail: 'a text is not valid Unicode' };
    }
    if (object.nonFinite > this.nonFinite) {
      return { code: 'invalid_value', detail: 'NaN and Infinity are no JSON' };
    }
    return undefined;
  }
}

function duplicate(name: string): SentRow['fault'] {
  return { code: 'duplicate', detail: `${name.slice(0, 100)} is there twice` };
}

function sentValue(text: Buffer, { start, end }: JsonMember): SentValue | null {
  const raw = text.toString('utf8', start, end);
  switch (text[start]) {
    case QUOTE:
      return { kind: 'text', text: JSON.parse(raw) };
    case SMALL_N:
      return null;
    case SMALL_T:
    case SMALL_F:
      return { kind: 'boolean', text: raw };
    case OPEN_OBJECT:
    case OPEN_ARRAY:
      return { kind: 'nested', text: raw };
    default:
      return { kind: 'number', text: raw };
  }
}

import { mongo } from 'mongoose';
import { BackupFailure } from './backup-failure';

const { BSON } = mongo;
const LENGTH_BYTES = 4;
const MIN_BYTES = 5;
/** What MongoDB allows, with the room that it keeps for its own. */
const MAX_BYTES = 16 * 1024 * 1024 + 16 * 1024;
/** Keeps every type as it is: a double that is whole stays a double. */
const exactly = { promoteValues: false, promoteBuffers: false, bsonRegExp: true, useBigInt64: false } as const;

/** Takes a dump apart into its documents; throws a `BackupFailure` where it is none. */
export async function* splitDocuments(dump: AsyncIterable<Uint8Array>, name: string): AsyncIterable<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of dump) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let at = 0;
    while (rest.length - at >= LENGTH_BYTES) {
      const length = rest.readInt32LE(at);
      if (length < MIN_BYTES || length > MAX_BYTES)
        throw new BackupFailure(`${name} is damaged: it holds no documents`);
      if (rest.length - at < length) break;
      yield rest.subarray(at, at + length);
      at += length;
    }
    rest = rest.subarray(at);
  }
  if (rest.length > 0) throw new BackupFailure(`${name} is damaged: it ends within a document`);
}

/** Gives a document in a form that MongoDB stores byte for byte as it was. */
export function toDocument(bytes: Buffer): mongo.Document {
  const document = BSON.deserialize(bytes, exactly);
  if (Buffer.compare(BSON.serialize(document), bytes) === 0) return document;
  // Objects of JavaScript put members whose names are numbers first; maps keep the order.
  return toMap(bytes) as unknown as mongo.Document;
}

const OBJECT = 3;
const ARRAY = 4;

function toMap(bytes: Uint8Array): Map<string, unknown> {
  const map = new Map<string, unknown>();
  for (const [type, nameOffset, nameLength, offset, length] of BSON.onDemand.parseToElements(bytes)) {
    const name = Buffer.from(bytes.subarray(nameOffset, nameOffset + nameLength)).toString('utf8');
    const value = bytes.subarray(offset, offset + length);
    if (type === OBJECT) map.set(name, toMap(value));
    else if (type === ARRAY) map.set(name, [...toMap(value).values()]);
    else map.set(name, plainValue(bytes.subarray(nameOffset - 1, offset + length)));
  }
  return map;
}

/** Reads one element as the only one of a document. */
function plainValue(element: Uint8Array): unknown {
  const document = Buffer.alloc(LENGTH_BYTES + element.length + 1);
  document.writeInt32LE(document.length, 0);
  document.set(element, LENGTH_BYTES);
  return Object.values(BSON.deserialize(document, exactly))[0];
}

/** Tells what is wrong at a byte of the buffer. */
export class JsonFault extends Error {
  constructor(
    readonly at: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A member of an object: its key and value are slices of the reader's `text`, without white space. */
export interface JsonMember {
  keyStart: number;
  keyEnd: number;
  start: number;
  end: number;
  /** The place of the value in the buffer. */
  at: number;
}

const MAX_DEPTH = 200;
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');
const NAN = Buffer.from('NaN');
const INFINITY = Buffer.from('Infinity');
const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const [MINUS, PLUS, POINT, ZERO, NINE, BIG_E, SMALL_E, BIG_I, SMALL_U] = [
  0x2d, 0x2b, 0x2e, 0x30, 0x39, 0x45, 0x65, 0x49, 0x75,
];
const ESCAPABLE = new Set(Buffer.from('"\\/bfnrtu'));

/**
 * Reads one JSON object strictly by RFC 8259, and beyond it the bare NaN and Infinity that Python writes. Values are
 * kept as they are written, so that no digit of a number is lost; half surrogates in strings become U+FFFD.
 */
export class JsonObjectReader {
  /** The members of the object that was read last are the first `count` of these. */
  readonly members: JsonMember[] = [];
  count = 0;
  /** The place in the buffer where that object begins. */
  start = 0;
  /** The keys and values of that object, in the first `length` bytes. */
  text: Buffer = Buffer.alloc(0);
  length = 0;
  /** Nested NaN and Infinity that were written as null, and strings with half surrogates that were mended, so far. */
  nonFinite = 0;
  halfSurrogates = 0;
  private buffer: Buffer = this.text;
  private at = 0;

  /**
   * Reads the object that begins at `start`. The result is the place behind it, or -1 when the buffer ends too early.
   * Throws JsonFault.
   */
  read(buffer: Buffer, start: number): number {
    this.buffer = buffer;
    this.start = start;
    this.at = start + 1;
    this.count = 0;
    this.length = 0;
    // What is written is at most a third longer than what is read: a nested NaN becomes null.
    const room = (buffer.length - start) * 2;
    if (this.text.length < room) this.text = Buffer.allocUnsafe(room);
    const { nonFinite, halfSurrogates } = this;
    if (this.object(true, 1)) return this.at;
    // The row will be read once more from its beginning.
    Object.assign(this, { nonFinite, halfSurrogates });
    return -1;
  }

  private object(top: boolean, depth: number): boolean {
    if (!top) this.put(OPEN_OBJECT);
    for (let first = true; ; first = false) {
      let byte = this.next();
      if (byte === -1) return false;
      if (byte === CLOSE_OBJECT && first) break;
      if (!first) {
        if (byte === CLOSE_OBJECT) break;
        if (byte !== COMMA) this.fail('a comma or the closing brace is missing');
        this.at++;
        if (!top) this.put(COMMA);
        byte = this.next();
        if (byte === -1) return false;
      }
      if (byte !== QUOTE) this.fail('a key in double quotes is missing');
      const keyStart = this.length;
      if (!this.string()) return false;
      const keyEnd = this.length;
      byte = this.next();
      if (byte === -1) return false;
      if (byte !== COLON) this.fail('a colon is missing');
      this.at++;
      if (!top) this.put(COLON);
      byte = this.next();
      if (byte === -1) return false;
      const start = this.length;
      const at = this.at;
      if (!this.value(byte, top, depth)) return false;
      if (top) this.member(keyStart, keyEnd, start, at);
    }
    this.at++;
    if (!top) this.put(CLOSE_OBJECT);
    return true;
  }

  private member(keyStart: number, keyEnd: number, start: number, at: number): void {
    const known = this.members[this.count];
    if (known) Object.assign(known, { keyStart, keyEnd, start, end: this.length, at });
    else this.members.push({ keyStart, keyEnd, start, end: this.length, at });
    this.count++;
  }

  private array(depth: number): boolean {
    this.put(OPEN_ARRAY);
    for (let first = true; ; first = false) {
      let byte = this.next();
      if (byte === -1) return false;
      if (byte === CLOSE_ARRAY && first) break;
      if (!first) {
        if (byte === CLOSE_ARRAY) break;
        if (byte !== COMMA) this.fail('a comma or the closing bracket is missing');
        this.at++;
        this.put(COMMA);
        byte = this.next();
        if (byte === -1) return false;
      }
      if (!this.value(byte, false, depth)) return false;
    }
    this.at++;
    this.put(CLOSE_ARRAY);
    return true;
  }

  private value(byte: number, top: boolean, depth: number): boolean {
    if (byte === QUOTE) return this.string();
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return this.number(top);
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (depth >= MAX_DEPTH)
        throw new JsonFault(this.at, 'too_deep', `Values are nested deeper than ${MAX_DEPTH} levels.`);
      this.at++;
      return byte === OPEN_OBJECT ? this.object(false, depth + 1) : this.array(depth + 1);
    }
    if (byte === TRUE[0]) return this.word(TRUE);
    if (byte === FALSE[0]) return this.word(FALSE);
    if (byte === NULL[0]) return this.word(NULL);
    if (byte === NAN[0] || byte === BIG_I) return this.notFinite(byte === BIG_I ? INFINITY : NAN, this.length, top);
    return this.fail('a value is missing');
  }

  /** The next byte that is not white space, or -1. */
  private next(): number {
    for (; this.at < this.buffer.length; this.at++) {
      const byte = this.buffer[this.at] as number;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
    }
    return -1;
  }

  private string(): boolean {
    const { buffer, text } = this;
    const start = this.length;
    let length = start;
    let at = this.at;
    let surrogates = false;
    text[length++] = QUOTE;
    for (at++; at < buffer.length; at++) {
      const byte = buffer[at] as number;
      text[length++] = byte;
      if (byte === QUOTE) {
        this.at = at + 1;
        this.length = length;
        if (surrogates) this.mend(start);
        return true;
      }
      if (byte < 0x20)
        throw new JsonFault(at, 'malformed_json', 'The JSON is broken: a control character stands in a string.');
      if (byte !== BACKSLASH) continue;
      if (++at >= buffer.length) return false;
      const escaped = buffer[at] as number;
      if (!ESCAPABLE.has(escaped))
        throw new JsonFault(at, 'malformed_json', 'The JSON is broken: an unknown escape stands in a string.');
      text[length++] = escaped;
      if (escaped !== SMALL_U) continue;
      for (let digit = 0; digit < 4; digit++) {
        if (++at >= buffer.length) return false;
        const hex = buffer[at] as number;
        if (!isHex(hex))
          throw new JsonFault(at, 'malformed_json', 'The JSON is broken: \\u needs four hexadecimal digits.');
        text[length++] = hex;
        if (digit === 0 && (hex | 0x20) === 0x64) surrogates = true;
      }
    }
    return false;
  }

  private mend(start: number): void {
    const value: string = JSON.parse(this.text.toString('utf8', start, this.length));
    const mended = Buffer.from(value).toString();
    if (mended === value) return;
    this.halfSurrogates++;
    this.length = start + this.text.write(JSON.stringify(mended), start);
  }

  private number(top: boolean): boolean {
    const start = this.length;
    let byte = this.take();
    if (byte === MINUS) byte = this.take();
    if (byte === BIG_I) {
      this.at--;
      this.length--;
      return this.notFinite(INFINITY, start, top);
    }
    if (byte === ZERO) byte = this.take();
    else byte = this.digits(byte);
    if (byte === POINT) byte = this.digits(this.take());
    if (byte === BIG_E || byte === SMALL_E) {
      byte = this.take();
      byte = this.digits(byte === PLUS || byte === MINUS ? this.take() : byte);
    }
    if (byte === -1) return false;
    // One byte too many was taken: the one that ended the number.
    this.at--;
    this.length--;
    if (byte >= ZERO && byte <= NINE) this.fail('a number begins with zeros');
    return true;
  }

  /** Takes one or more digits; the result is the byte behind them. */
  private digits(first: number): number {
    let byte = first;
    if (byte !== -1 && (byte < ZERO || byte > NINE)) {
      this.at--;
      this.fail('a digit is missing');
    }
    while (byte >= ZERO && byte <= NINE) byte = this.take();
    return byte;
  }

  private take(): number {
    if (this.at >= this.buffer.length) return -1;
    const byte = this.buffer[this.at++] as number;
    this.text[this.length++] = byte;
    return byte;
  }

  private word(word: Buffer): boolean {
    const end = this.at + word.length;
    if (end > this.buffer.length) return false;
    if (!this.buffer.subarray(this.at, end).equals(word)) this.fail('a value is missing');
    this.at = end;
    this.length += word.copy(this.text, this.length);
    return true;
  }

  private notFinite(word: Buffer, start: number, top: boolean): boolean {
    if (!this.word(word)) return false;
    if (top) return true;
    this.nonFinite++;
    this.length = start + NULL.copy(this.text, start);
    return true;
  }

  private put(byte: number): void {
    this.text[this.length++] = byte;
  }

  private fail(detail: string): never {
    throw new JsonFault(this.at, 'malformed_json', `The JSON is broken: ${detail}.`);
  }
}

function isHex(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

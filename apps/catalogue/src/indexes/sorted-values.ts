import { countWhile } from '@sluice/runtime/count-while';

/** Where a value stands among sorted ones: how many are below it, and whether it is one of them. */
export interface Place {
  below: number;
  isThere: boolean;
}

/** The different values of a field, ascending. */
export interface SortedValues {
  readonly length: number;
  readonly bytes: number;
  /** Finds the place of a value in its canonical text; null where only the engine can tell. */
  place(text: string): Place | null;
  /** Counts, for texts, those below all that begin with `text`, and those up to the last that does. */
  beginning?(text: string): { from: number; to: number };
}

/** Values that are numbers to the machine, with the reading of their texts. */
export class SortedNumbers<Key extends number | bigint> implements SortedValues {
  private rounded: Float64Array | null = null;

  constructor(
    private readonly values: ArrayLike<Key> & { byteLength: number },
    private readonly read: (text: string) => Key | Between<Key> | null,
  ) {}

  get length(): number {
    return this.values.length;
  }

  /** Doubles of the values, which are made when they are asked for, are counted from the beginning. */
  get bytes(): number {
    return 2 * this.values.byteLength;
  }

  /** The values as doubles, which may be rounded. */
  get doubles(): Float64Array {
    this.rounded ??= this.values instanceof Float64Array ? this.values : Float64Array.from(this.values, Number);
    return this.rounded;
  }

  place(text: string): Place | null {
    const key = this.read(text);
    if (key === null) return null;
    const { values } = this;
    const isBetween = typeof key === 'object';
    const floor: Key = isBetween ? key.above : key;
    const below = countWhile(values.length, (index) => {
      const value = values[index] as Key;
      return isBetween ? value <= floor : value < floor;
    });
    return { below, isThere: !isBetween && values[below] === floor };
  }
}

/** A value that no field of the kind can have: it lies just above one that it could. */
export interface Between<Key> {
  above: Key;
}

/** Texts in the order of their UTF-8 bytes, which is that of DuckDB's comparison. */
export class SortedTexts implements SortedValues {
  constructor(
    private readonly utf8: Buffer,
    private readonly ends: Uint32Array,
  ) {}

  get length(): number {
    return this.ends.length;
  }

  get bytes(): number {
    return this.utf8.length + this.ends.byteLength;
  }

  place(text: string): Place {
    const wanted = Buffer.from(text);
    const below = countWhile(this.length, (index) => this.compare(index, wanted) < 0);
    return { below, isThere: below < this.length && this.compare(below, wanted) === 0 };
  }

  beginning(text: string): { from: number; to: number } {
    const wanted = Buffer.from(text);
    const from = this.place(text).below;
    const to = countWhile(this.length, (index) => this.compare(index, wanted, wanted.length) <= 0, from);
    return { from, to };
  }

  /** Compares the first `length` bytes of a text. */
  private compare(index: number, wanted: Buffer, length = Number.POSITIVE_INFINITY): number {
    const start = index === 0 ? 0 : (this.ends[index - 1] as number);
    const end = Math.min(this.ends[index] as number, start + length);
    return this.utf8.compare(wanted, 0, wanted.length, start, end);
  }
}

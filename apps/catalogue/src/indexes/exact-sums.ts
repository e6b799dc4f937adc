import { RIGHT_BITS } from '../engine/number-bits';

const HALF_LEFT = 2 ** 22;
const HALF_RIGHT = 2 ** (RIGHT_BITS / 2);

/** Sums of one field by group: `add` is called for each row that has a value. */
interface Sums {
  add(group: number, rank: number): void;
}

/** Adds whole numbers of which `rows` together stay below 2^53: every sum is exact. */
export class WholeSums implements Sums {
  private readonly sums: Float64Array;

  private constructor(
    groups: number,
    private readonly values: Float64Array,
  ) {
    this.sums = new Float64Array(groups);
  }

  /** Null where the numbers are too large for so many rows. */
  static of(groups: number, values: Float64Array, rows: number): WholeSums | null {
    const largest = Math.max(Math.abs(values[0] ?? 0), Math.abs(values[values.length - 1] ?? 0));
    return largest * Math.max(1, rows) <= Number.MAX_SAFE_INTEGER ? new WholeSums(groups, values) : null;
  }

  add(group: number, rank: number): void {
    this.sums[group] = (this.sums[group] as number) + (this.values[rank] as number);
  }

  of(group: number): bigint {
    return BigInt(this.sums[group] as number);
  }
}

/**
 * Adds doubles without rounding any, as DuckDB is asked to (`rows/group-sql.ts`): each is a whole number of 2^-unit and a
 * rest of whole numbers of 2^-(unit + 62). Both are added in halves that doubles hold exactly.
 */
export class DoubleSums implements Sums {
  private readonly left: [Float64Array, Float64Array];
  private readonly right: [Float64Array, Float64Array];
  private readonly scale: number;

  constructor(
    groups: number,
    private readonly values: Float64Array,
    private readonly unit: number,
  ) {
    this.left = [new Float64Array(groups), new Float64Array(groups)];
    this.right = [new Float64Array(groups), new Float64Array(groups)];
    this.scale = 2 ** unit;
  }

  add(group: number, rank: number): void {
    const units = (this.values[rank] as number) * this.scale;
    const whole = Math.trunc(units);
    addHalves(this.left, group, whole, HALF_LEFT);
    if (whole !== units) addHalves(this.right, group, (units - whole) * 2 ** RIGHT_BITS, HALF_RIGHT);
  }

  of(group: number): number {
    const left = hugeintToDouble(joined(this.left, group, HALF_LEFT)) / this.scale;
    return left + hugeintToDouble(joined(this.right, group, HALF_RIGHT)) / 2 ** (this.unit + RIGHT_BITS);
  }
}

function addHalves([high, low]: [Float64Array, Float64Array], group: number, number: number, half: number): void {
  const upper = Math.trunc(number / half);
  high[group] = (high[group] as number) + upper;
  low[group] = (low[group] as number) + (number - upper * half);
}

function joined([high, low]: [Float64Array, Float64Array], group: number, half: number): bigint {
  return BigInt(high[group] as number) * BigInt(half) + BigInt(low[group] as number);
}

const WORD = 2n ** 64n;

/** Rounds as DuckDB's cast of a HUGEINT to a DOUBLE does: each half by itself. */
function hugeintToDouble(value: bigint): number {
  const upper = value >> 64n;
  const lower = value - upper * WORD;
  return upper === -1n ? -Number(WORD - 1n - lower) - 1 : Number(lower) + Number(upper) * Number(WORD);
}

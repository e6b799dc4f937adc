import { Injectable } from '@nestjs/common';
import type { Group } from '@sluice/contracts/catalogue/row-groups';
import type { Field } from '@sluice/contracts/fields';
import { LRUCache } from 'lru-cache';
import { Engines } from '../engine/engines';
import { RIGHT_BITS } from '../engine/number-bits';
import { quoted } from '../engine/sql';
import { ROW, type VersionTable } from '../tables/version-table';

/** Smallest and largest magnitude of the numbers of the first `covered` rows, zeros aside; null when there is none. */
interface NumberRange {
  covered: number;
  least: number | null;
  most: number | null;
}

/** Digits of a double, in bits; and those that a sum has to its left. */
const DOUBLE_BITS = 53;
const LEFT_BITS = 44;

/** Beyond, a power of two would not be a double itself. */
const MAX_EXPONENT = 900;
const MAX_RANGES = 1_000;

/**
 * Measures how far the numbers of a field are apart. Numbers that are not too far apart are whole multiples of one unit: these can
 * be added in any order, by all threads, where doubles would have to be added one after the other to give the same sum
 * each time. Measured once for a snapshot, and only in the rows that an earlier one did not have.
 */
@Injectable()
export class NumberRanges {
  private readonly ranges = new LRUCache<string, NumberRange>({ max: MAX_RANGES });

  constructor(private readonly engines: Engines) {}

  /** The table, with the units of the fields that a group adds up. */
  async measured<Table extends VersionTable>(table: Table, group: Group | null, timeoutMs?: number): Promise<Table> {
    const fields = group && !table.gaps ? addedUp(table.fields, group) : [];
    if (fields.length === 0) return table;
    const units = new Map<string, number>();
    for (const { name } of fields) {
      const unit = unitOf(await this.range(table, name, timeoutMs));
      if (unit !== null) units.set(name, unit);
    }
    return { ...table, units };
  }

  private async range(table: VersionTable, name: string, timeoutMs: number | undefined): Promise<NumberRange> {
    const key = `${table.id} ${name}`;
    const known = this.ranges.get(key);
    if (known?.covered === table.rowCount) return known;
    // An earlier snapshot must not know of rows that it does not have.
    const before = known && known.covered < table.rowCount ? known : { covered: 0, least: null, most: null };
    const magnitude = `abs(${quoted(name)})`;
    const [[least, most] = []] = await this.engines.reads.query(
      `SELECT min(${magnitude}), max(${magnitude}) FROM ${table.sql} WHERE ${quoted(name)} <> 0 AND ${ROW} >= ${before.covered}`,
      [],
      { timeoutMs, lane: 'scan', of: table.id },
    );
    const range = {
      covered: table.rowCount,
      least: extreme(Math.min, before.least, least),
      most: extreme(Math.max, before.most, most),
    };
    if (!known || known.covered < range.covered) this.ranges.set(key, range);
    return range;
  }
}

function addedUp(fields: readonly Field[], { aggregates }: Group): Field[] {
  const names = new Set(aggregates.flatMap(({ fn, field }) => (fn === 'sum' || fn === 'avg' ? [field] : [])));
  return fields.filter(({ name, type }) => type === 'number' && names.has(name));
}

function extreme(of: (a: number, b: number) => number, known: number | null, found: unknown): number | null {
  if (typeof found !== 'number') return known;
  return known === null ? found : of(known, found);
}

/** The exponent of two by which numbers become whole ones on the left of the point; null when they are too far apart. */
function unitOf({ least, most }: NumberRange): number | null {
  if (least === null || most === null) return 0;
  const exponent = LEFT_BITS - 1 - Math.floor(Math.log2(most));
  // The last bit of the smallest number stands as far to the right as a double has bits.
  const fits = Math.log2(most) - Math.log2(least) < LEFT_BITS + RIGHT_BITS - DOUBLE_BITS - 1;
  return fits && Math.abs(exponent) <= MAX_EXPONENT ? exponent : null;
}

import type { Fault } from '@sluice/contracts/fault';
import { Suggestions } from './closest';

/** The place of a fault in a request: a parameter, or a place in a JSON body or tree. */
export interface Place {
  /** Parameter of the query string; a body calls it the same without `_`. */
  name: string;
  /** JSON Pointer into the value of the parameter. */
  pointer?: string;
}

/** Reading ends with so many: nobody mends more at once, and what costs a fault would cost it for each byte. */
const MAX_FAULTS = 100;
const MAX_ALLOWED = 50;

/** Ends the reading of a query that has more faults than an answer tells. */
class TooManyFaults extends Error {}

/** Reads until a list of faults is full; undefined then. */
export function readUntilFull<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TooManyFaults) return undefined;
    throw error;
  }
}

/** Collects the faults of a query, each at its place in the query string or in the body; up to 100 of them. */
export class FaultList {
  readonly faults: Fault[] = [];
  private readonly suggestions = new Suggestions();

  constructor(private readonly source: 'query' | 'body') {}

  /** Points to a named parameter of an API. */
  parameterPlace(name: string): Place {
    return this.source === 'body' ? { name: 'parameters', pointer: pointerTo('', name) } : { name };
  }

  /** Adds a fault; ends the reading under `readUntilFull` where there are enough of them. */
  add(
    { name, pointer }: Place,
    code: string,
    detail: string,
    more: Pick<Fault, 'hint' | 'allowed' | 'max'> = {},
  ): void {
    if (this.faults.length >= MAX_FAULTS) throw new TooManyFaults();
    const given = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
    if (this.source === 'body') {
      const at = `/${name.replace(/^_/, '')}${pointer ?? ''}`;
      this.faults.push({ in: 'body', pointer: at, code, detail, ...given });
    } else {
      this.faults.push({ in: 'query', name, ...(pointer && { pointer }), code, detail, ...given });
    }
  }

  /** Adds a fault that makes further reading pointless, and ends the reading. */
  addLast(place: Place, code: string, detail: string, more: Pick<Fault, 'hint' | 'allowed' | 'max'> = {}): never {
    this.add(place, code, detail, more);
    throw new TooManyFaults();
  }

  /**
   * Adds a word that is none of those allowed; the first few such faults tell the allowed ones, and which was meant: the
   * one that is known to be, or one that is written nearly alike.
   */
  unknown(
    place: Place,
    code: string,
    detail: string,
    listAllowed: () => readonly string[],
    given: string,
    meant?: string,
  ): void {
    if (!this.suggestions.hasRoom()) this.add(place, code, detail);
    else {
      const allowed = listAllowed();
      const suggested = this.suggestions.suggest(given, allowed);
      const near = meant ?? suggested;
      this.add(place, code, detail, { hint: near && `did you mean ${near}?`, allowed: allowed.slice(0, MAX_ALLOWED) });
    }
  }
}

/** One step of a JSON Pointer (RFC 6901 section 3). */
export function pointerTo(pointer: string | undefined, key: string | number): string {
  return `${pointer ?? ''}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

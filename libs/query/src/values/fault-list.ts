import type { Fault } from '@sluice/contracts/fault';
import { closest } from './closest';

/** The place of a fault in a request: a parameter, or a place in a JSON body or tree. */
export interface Place {
  /** Parameter of the query string; a body calls it the same without `_`. */
  name: string;
  /** JSON Pointer into the value of the parameter. */
  pointer?: string;
}

const MAX_FAULTS = 100;
const MAX_ALLOWED = 50;

/** Collects every fault of a query, each at its place in the query string or in the body. */
export class FaultList {
  readonly faults: Fault[] = [];

  constructor(private readonly source: 'query' | 'body') {}

  /** Points to a named parameter of an API. */
  parameterPlace(name: string): Place {
    return this.source === 'body' ? { name: 'parameters', pointer: pointerTo('', name) } : { name };
  }

  add(
    { name, pointer }: Place,
    code: string,
    detail: string,
    more: Pick<Fault, 'hint' | 'allowed' | 'max'> = {},
  ): void {
    if (this.faults.length >= MAX_FAULTS) return;
    const given = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
    if (this.source === 'body') {
      const at = `/${name.replace(/^_/, '')}${pointer ?? ''}`;
      this.faults.push({ in: 'body', pointer: at, code, detail, ...given });
    } else {
      this.faults.push({ in: 'query', name, ...(pointer && { pointer }), code, detail, ...given });
    }
  }

  /** A word that is none of those allowed: tells which one was probably meant. */
  unknown(place: Place, code: string, detail: string, allowed: readonly string[], given: string): void {
    const near = closest(given, allowed);
    this.add(place, code, detail, { hint: near && `did you mean ${near}?`, allowed: allowed.slice(0, MAX_ALLOWED) });
  }
}

/** One step of a JSON Pointer (RFC 6901 section 3). */
export function pointerTo(pointer: string | undefined, key: string | number): string {
  return `${pointer ?? ''}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

import type { Format } from '@sluice/contracts/formats';
import type { Method } from '@sluice/contracts/registry/apis';

/** Tells whether an API can be read by OData: one that gives rows, as JSON among others. */
export function canBeSet(method: Method, formats: readonly Format[]): boolean {
  return method === 'GET' && formats.includes('json');
}

/** A slug has small letters, digits and single hyphens, for which names have no place (OData 4.0 part 3, section 17.2). */
export function setName(slug: string): string {
  return identifierOf(slug.replaceAll('-', '_'));
}

/** Makes a valid name of one of ours: none of those begins with a digit (OData 4.0 part 3, section 17.2). */
export function identifierOf(name: string): string {
  return /^\d/.test(name) ? `_${name}` : name;
}

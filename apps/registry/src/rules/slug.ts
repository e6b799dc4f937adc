const FALLBACK = 'api';
const MAX_SLUG_LENGTH = 60;

/** A name as a path segment: ASCII letters and digits, lower case, hyphens between; `api` where nothing of it is left. */
export function slugOf(name: string): string {
  const ascii = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const kebab = ascii.replace(/[^a-z0-9]+/g, '-').slice(0, MAX_SLUG_LENGTH);
  return kebab.replace(/^-+|-+$/g, '') || FALLBACK;
}

/** `sales`, `sales-2`, `sales-3` …: what to try, in this order, when a slug or path is to be free. */
export function variants(text: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? text : `${text}-${i + 1}`));
}

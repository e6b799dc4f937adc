import type { Fault } from '@sluice/contracts/fault';
import { ApiId } from '@sluice/contracts/ids';
import type { Route } from '@sluice/contracts/registry/routes';
import { invalidQuery } from '../http/problem';

/** APIs of one page: some 300 KB of DCAT. */
const PAGE_APIS = 100;

/** A part of a catalogue. */
export interface CatalogPage {
  routes: readonly Route[];
  /** Where the page begins among all; with the list itself it names the page. */
  begin: number;
  /** The last API of the page; null on the last page. */
  next: string | null;
}

/** Takes the page behind an API out of a list that is in order of ids, so that no API is told twice or lost while others come and go. */
export function pageBehind(all: readonly Route[], after: string | null): CatalogPage {
  const found = after === null ? 0 : all.findIndex(({ apiId }) => apiId > after);
  const begin = found < 0 ? all.length : found;
  const routes = all.slice(begin, begin + PAGE_APIS);
  return { routes, begin, next: begin + routes.length < all.length ? (routes.at(-1)?.apiId ?? null) : null };
}

/** Reads `?after=api_…`, as the links of pages have it. */
export function readAfter(search: string): string | null {
  const given = new URLSearchParams(search);
  const after = given.getAll('after');
  const unknown = [...given.keys()].filter((name) => name !== 'after');
  const faults = unknown.map((name): Fault => {
    const detail = `there is no parameter ${name.slice(0, 100)}`;
    return { in: 'query', name, code: 'unknown_parameter', detail, allowed: ['after'] };
  });
  if (after.length > 1 || !after.every((id) => ApiId.safeParse(id).success)) {
    const detail = 'this is not the id of one API';
    faults.push({
      in: 'query',
      name: 'after',
      code: 'invalid_value',
      detail,
      hint: 'follow the link to the next page',
    });
  }
  if (faults.length > 0) throw invalidQuery(faults);
  return after[0] ?? null;
}

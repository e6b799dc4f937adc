import type { Format } from '@sluice/contracts/formats';
import type { Route } from '@sluice/contracts/registry/routes';
import type { View } from '@sluice/query/views/view';

/** What descriptions of an API for catalogues are made from. */
export interface DescribedApi {
  route: Route;
  view: View;
  /** The number of the commit that is described; null where it is not known. */
  commit: number | null;
  /** Scheme and host at which it answers. */
  origin: string;
}

/** The address of all rows as they are described, in a format: as of their commit, where the API tells of those. */
export function exportAddress({ route, view, commit, origin }: DescribedApi, format: Format): string {
  const at = commit === null || view.history === false ? '' : `&_at=${commit}`;
  return `${origin}/api/${route.path}/_export?_format=${format}${at}`;
}

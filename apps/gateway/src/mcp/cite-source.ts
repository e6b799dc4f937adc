import { z } from 'zod';
import type { PagePlan } from '../reading/page-plan';
import { snapshotText } from '../reading/snapshot-text';

/** Names where an answer comes from, and the address that gives the same answer again. */
export const Source = z.object({
  dataset: z.string(),
  version: z.int(),
  commit: z.int().nullable(),
  snapshot: z.string(),
  query: z.string().nullable().describe('Canonical; null where it is longer than an answer has room for'),
  url: z
    .string()
    .describe('Gives the same again, with the token in the header; the rows of now where the API has none of then'),
});
export type Source = z.output<typeof Source>;

/** A longer query has no address: agents would have to copy it. */
const MAX_QUERY_LENGTH = 2_000;

/** Cites the page of a plan; the rows of then are asked for by the commit. */
export function citeSource(dataset: string, address: string, plan: PagePlan): Source {
  const { version, commit, snapshot, canonical, query, source } = plan;
  const told = { dataset, version, commit, snapshot: snapshotText(snapshot) };
  if (canonical.length > MAX_QUERY_LENGTH) return { ...told, query: null, url: `${address}/_query` };
  const parameters = new URLSearchParams(canonical);
  // A cursor goes on in the snapshot that it began in, and belongs to the query as it was.
  const isOfThen = source.history !== 'none' && query.cursor === null;
  if (isOfThen && commit !== null) parameters.set('_at', String(commit));
  const search = parameters.toString();
  return { ...told, query: canonical, url: search ? `${address}?${search}` : address };
}

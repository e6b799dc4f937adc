import type { Version } from '@sluice/contracts/catalogue/datasets';
import type { Api } from '@sluice/contracts/registry/apis';

/** The versions older than those that stay: which ones go, and which one an API is pinned to. */
export interface Surplus {
  going: number[];
  pinned: { number: number; api: string }[];
  /** APIs that stay behind because newer versions do not fit them: what they need stays too. */
  behind: string[];
}

/** Foresees which versions will be deleted. Registry decides: it also knows the version that an API stays behind on. */
export function surplusOf(versions: readonly Version[], keep: number | null, apis: readonly Api[]): Surplus {
  const newestFirst = versions.map(({ number }) => number).sort((a, b) => b - a);
  const older = keep === null ? [] : newestFirst.slice(keep).reverse();
  const pinned = older.flatMap((number) =>
    apis.filter(({ version }) => version === number).map(({ name: api }) => ({ number, api })),
  );
  const going = older.filter((number) => !pinned.some((each) => each.number === number));
  const behind = apis.filter(({ version, contractFaults }) => version === null && contractFaults.length > 0);
  return { going, pinned, behind: going.length > 0 ? behind.map(({ name }) => name) : [] };
}

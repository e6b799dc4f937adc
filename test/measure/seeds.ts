const SHARE = 4;

/**
 * Gives how many random cases a property is tried with: a quarter of those given, all of them with SLUICE_TEST_SEEDS=all.
 * fast-check prints the seed of a case that fails.
 */
export function seeds(all: number): number {
  return process.env.SLUICE_TEST_SEEDS === 'all' ? all : Math.ceil(all / SHARE);
}

/**
 * Shares a limit among gateways by their demands. A gateway that needs less than an equal share gets what it needs, the
 * others share the rest equally, and what none needs is shared among all. The shares are whole numbers that add up to the
 * limit; every gateway that knows the same demands works out the same ones.
 */
export function shareOut(limit: number, demands: ReadonlyMap<string, number>): Map<string, number> {
  const byDemand = [...demands].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
  let rest = limit;
  const exact = byDemand.map(([name, demand], index) => {
    const share = Math.min(demand, rest / (byDemand.length - index));
    rest -= share;
    return { name, share };
  });
  const spare = rest / byDemand.length;
  const shares = exact.map(({ name, share }) => {
    const whole = Math.floor(share + spare + ROUNDING);
    return { name, whole, fraction: share + spare - whole };
  });
  let left = limit - shares.reduce((sum, { whole }) => sum + whole, 0);
  const byFraction = [...shares].sort((a, b) => b.fraction - a.fraction || (a.name < b.name ? -1 : 1));
  return new Map(byFraction.map(({ name, whole }) => [name, whole + (left-- > 0 ? 1 : 0)]));
}

/** Thirds do not add up in floating point. */
const ROUNDING = 1e-6;

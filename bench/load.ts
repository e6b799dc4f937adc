import autocannon from 'autocannon';

export const CLIENTS = 16;
const SECONDS = 4;
const WARM_UP_SECONDS = 1;

interface Duration {
  seconds?: number;
  warmUpSeconds?: number;
}

/** Requests per second of 16 clients that ask for one path after the other, after a second of warming up. */
export async function requestsPerSecond(
  url: string,
  paths: string[],
  secret?: string,
  duration?: Duration,
): Promise<number> {
  return (await askInTurns(url, paths, secret, duration)).perSecond;
}

/** The same, with the time within which 99 of 100 requests were answered. */
export async function askInTurns(
  url: string,
  paths: string[],
  secret?: string,
  { seconds = SECONDS, warmUpSeconds = WARM_UP_SECONDS }: Duration = {},
): Promise<{ perSecond: number; p99Ms: number }> {
  const headers = secret ? { authorization: `Bearer ${secret}` } : {};
  const run = (duration: number, from: number) =>
    autocannon({
      url,
      connections: CLIENTS,
      duration,
      headers,
      requests: [...paths.slice(from), ...paths.slice(0, from)].map((path) => ({ method: 'GET', path })),
    });
  if (warmUpSeconds > 0) await run(warmUpSeconds, Math.floor(paths.length / 2));
  const result = await run(seconds, 0);
  const failed = result.errors + result.timeouts + result.non2xx;
  if (failed > 0) {
    const codes = JSON.stringify(result.statusCodeStats);
    throw new Error(`${failed} of ${result.requests.total} requests failed on ${url}${paths[0]}: ${codes}`);
  }
  return { perSecond: result.requests.total / result.duration, p99Ms: result.latency.p99 };
}

/**
 * The medians of two pieces of work that take turns, so that whatever else the machine does meets both. Before they count,
 * each has run `warmUp` times.
 */
export async function mediansMs(
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
  times: number,
  warmUp: number,
): Promise<[number, number]> {
  const taken: [number[], number[]] = [[], []];
  for (let turn = -warmUp; turn < times; turn++) {
    const [one, other] = [await tookMs(first), await tookMs(second)];
    if (turn < 0) continue;
    taken[0].push(one);
    taken[1].push(other);
  }
  return [median(taken[0]), median(taken[1])];
}

export async function tookMs(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

import autocannon from 'autocannon';

export const CLIENTS = 16;
const SECONDS = 4;
const WARM_UP_SECONDS = 1;

/** Requests per second of 16 clients that ask for one path after the other, after a second of warming up. */
export async function requestsPerSecond(
  url: string,
  paths: string[],
  secret?: string,
  { seconds = SECONDS, warmUpSeconds = WARM_UP_SECONDS } = {},
): Promise<number> {
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
  return result.requests.total / result.duration;
}

/** How many times one piece of work runs in a second, alone, by its median. */
export async function medianMs(work: () => Promise<unknown>, times: number): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const startedMs = performance.now();
    await work();
    taken.push(performance.now() - startedMs);
  }
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
}

import { setMaxListeners } from 'node:events';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Publisher, read, vegaFile } from '../test/support/publisher';
import { headOf, SlowCallers } from '../test/support/slow-callers';
import { Stack } from '../test/support/stack';
import { waitFor } from '../test/support/wait-for';
import { tookMs } from './load';

/*
 * How much one caller's load slows the pages of another: one-row filters that nobody asked for before, one after the
 * other, alone and beside the load. Nothing of them is in a cache of answers.
 */
const GOAL = 2;
const PAGES = 1_000;
const SLOW_CALLERS = 1_000;
const HEAVY_QUERIES = 100;
const SLOW_READERS = 4;
const SLOW_BYTES_PER_SECOND = 50_000;

type Published = Awaited<ReturnType<Publisher['publish']>>;
/** Begins a load; the result ends it. */
type Load = () => Promise<() => Promise<void> | void>;

class Bench {
  private readonly publisher: Publisher;
  private pages = 0;

  constructor(
    private readonly stack: Stack,
    private readonly heavy: Published,
    private readonly light: Published,
  ) {
    this.publisher = new Publisher(stack);
  }

  /** Prints medians and 99th percentiles on both sides of a load, and when a page is as fast as before it. */
  async beside(name: string, begin: Load): Promise<void> {
    const alone = await this.sample();
    const end = await begin();
    const beside = await this.sample();
    await end();
    const endedMs = performance.now();
    await waitFor('pages as fast as before', async () => (await tookMs(() => this.page())) <= Math.max(alone.p99, 5));
    const againMs = performance.now() - endedMs;
    const ratio = beside.p99 / alone.p99;
    console.log(
      `page beside ${name}: median ${ms(beside.median)}, p99 ${ms(beside.p99)}; alone ${ms(alone.median)}, ` +
        `${ms(alone.p99)}; ${ratio.toFixed(2)} times the p99 (goal ${GOAL}, ${ratio <= GOAL ? 'reached' : 'missed'}); ` +
        `as fast as before ${ms(againMs)} after the end`,
    );
  }

  /** Prints how long a whole export takes, alone and beside readers that take 50 KB a second. */
  async exportsBesideReaders(): Promise<void> {
    const paths = {
      small: `${this.light.api.path}/_export?_format=csv`,
      large: `${this.heavy.api.path}/_export?_format=csv`,
    };
    const secrets = { small: this.light.secret, large: await this.tokenFor(this.heavy, 'Another reader') };
    const whole = async (size: 'small' | 'large') => {
      const { status } = await read(this.stack.url, paths[size], secrets[size]);
      if (status !== 200) throw new Error(`an export was answered with ${status}`);
    };
    const took = async () => ({ small: await tookMs(() => whole('small')), large: await tookMs(() => whole('large')) });
    const alone = await took();
    const leave = await this.readSlowly();
    const beside = await took();
    await leave();
    for (const size of ['small', 'large'] as const)
      console.log(
        `${size} export beside ${SLOW_READERS} readers at 50 KB/s: ${ms(beside[size])}, alone ${ms(alone[size])}`,
      );
  }

  /** Callers of the session route, or of a token's endpoint, that begin and send no more. */
  slow(text: string): Load {
    return async () => {
      const callers = new SlowCallers(this.stack);
      await callers.begin(text, SLOW_CALLERS);
      return () => callers.leave();
    };
  }

  /** Group-bys of one token over three million rows, as many as it may ask at a time, each abandoned at its 504 or before. */
  groupBys: Load = async () => {
    const secret = await this.tokenFor(this.heavy, 'Heavy');
    const leaving = new AbortController();
    setMaxListeners(0, leaving.signal);
    let asked = 0;
    const ask = async () => {
      while (!leaving.signal.aborted) {
        const search = `_group=origin,destination&_agg=avg(delay),max(distance)&distance__gt=${asked++ % 1_000}`;
        const init = { headers: { authorization: `Bearer ${secret}` }, signal: leaving.signal };
        const answer = await fetch(`${this.stack.url}/api/${this.heavy.api.path}?${search}`, init).catch(() => null);
        await answer?.arrayBuffer().catch(() => {});
        // As it is told: a client that asks on at once would measure how fast it can be refused.
        if (answer?.status === 429) await pause(Number(answer.headers.get('retry-after')) * 1_000);
      }
    };
    const asking = Array.from({ length: HEAVY_QUERIES }, ask);
    await waitFor('the load', () => asked >= HEAVY_QUERIES);
    return async () => {
      leaving.abort();
      await Promise.all(asking);
    };
  };

  /** One token that exports again and again. */
  exporting: Load = async () => {
    const leaving = new AbortController();
    let bytes = 0;
    const exporting = (async () => {
      const init = { headers: { authorization: `Bearer ${this.heavy.secret}` }, signal: leaving.signal };
      while (!leaving.signal.aborted) {
        const { body } = await fetch(`${this.stack.url}/api/${this.heavy.api.path}/_export?_format=csv`, init);
        for await (const chunk of body ?? []) bytes += chunk.length;
      }
    })();
    await Promise.race([exporting, waitFor('exported rows', () => bytes > 0)]);
    return async () => {
      leaving.abort();
      await exporting.catch(() => {});
    };
  };

  private async readSlowly(): Promise<() => void> {
    const readers = await Promise.all(
      Array.from({ length: SLOW_READERS }, async (_, index) => {
        const secret = await this.tokenFor(this.heavy, `Slow reader ${index}`);
        const headers = { authorization: `Bearer ${secret}` };
        const call = request(`${this.stack.url}/api/${this.heavy.api.path}/_export?_format=csv`, { headers });
        call.on('error', () => {}).end();
        let taken = 0;
        call.on('response', (response) => {
          response
            .on('error', () => {})
            .on('data', (chunk: Buffer) => {
              taken += chunk.length;
              response.pause();
              setTimeout(() => response.resume(), (chunk.length / SLOW_BYTES_PER_SECOND) * 1_000).unref();
            });
        });
        await waitFor('its first bytes', () => taken > 0);
        return call;
      }),
    );
    return () => {
      for (const reader of readers) reader.destroy();
    };
  }

  private async tokenFor({ api }: Published, name: string): Promise<string> {
    const { token, secret } = await this.publisher.token(name);
    await this.publisher.assign(api.id, token.id);
    await waitFor(
      'the assignment',
      async () => (await read(this.stack.url, `${api.path}?_limit=1`, secret)).status === 200,
    );
    return secret;
  }

  private async page(): Promise<void> {
    const search = `wind__gte=0.${String(this.pages++).padStart(6, '0')}&_limit=1`;
    const { status } = await read(this.stack.url, `${this.light.api.path}?${search}`, this.light.secret);
    if (status !== 200) throw new Error(`a page was answered with ${status}`);
  }

  private async sample(): Promise<{ median: number; p99: number }> {
    const taken: number[] = [];
    for (let turn = 0; turn < PAGES; turn++) taken.push(await tookMs(() => this.page()));
    taken.sort((a, b) => a - b);
    return { median: taken[PAGES / 2] ?? 0, p99: taken[Math.floor(PAGES * 0.99)] ?? 0 };
  }
}

const ms = (value: number) => `${value.toFixed(1)} ms`;

async function main(): Promise<void> {
  const stack = await Stack.start({ env: { SLUICE_REQUESTS_PER_TOKEN: '20' } });
  try {
    const publisher = new Publisher(stack);
    const heavy = await publisher.publish('Flights', 'parquet', await vegaFile('flights-3m.parquet'));
    const light = await publisher.publish('Weather', 'csv', await vegaFile('seattle-weather.csv'));
    const bench = new Bench(stack, heavy, light);
    await bench.beside('nothing (what chance alone does)', async () => () => {});
    await bench.beside('1,000 heads without a body', bench.slow(headOf('POST', '/manage/v1/session')));
    await bench.beside('1,000 bodies without an end', bench.slow(`${headOf('POST', '/manage/v1/session')}{"email":`));
    const query = `${headOf('POST', `/api/${heavy.api.path}/_query`, heavy.secret)}{"limit":`;
    await bench.beside('1,000 queries of one token without an end', bench.slow(query));
    await bench.beside(`${HEAVY_QUERIES} group-bys of one token at a time`, bench.groupBys);
    await bench.beside('an export of another token', bench.exporting);
    await bench.exportsBesideReaders();
  } finally {
    await stack.stop();
  }
}

void main();

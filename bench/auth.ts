import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { freePorts } from '../test/support/free-ports';
import { Publisher, read, vegaFile } from '../test/support/publisher';
import { Stack } from '../test/support/stack';
import { waitFor } from '../test/support/wait-for';
import { requestsPerSecond } from './load';
import { perSecond } from './report';

/**
 * What the steps of authentication and limits cost on a hot page: the same page from a gateway without them, with a token,
 * and with a token of which everything is limited, in turns, all in one run.
 */
const GOAL = 1.15;
const ROUNDS = 3;
const PAGE = 100;
const limits = {
  allowedAddresses: ['127.0.0.0/8', '::1'],
  requestsPerSecond: 1_000_000,
  requestsPerDay: 1_000_000_000,
  requestsPerMonth: 1_000_000_000,
  rowsPerDay: 1_000_000_000_000,
};

async function main(): Promise<void> {
  const stack = await Stack.start();
  const children: ChildProcess[] = [];
  try {
    const publisher = new Publisher(stack);
    const { api, tokenId, secret } = await publisher.publish('Weather', 'csv', await vegaFile('seattle-weather.csv'));
    const limited = await publisher.token('Limited', { limits });
    await publisher.assign(api.id, limited.token.id);
    const open = await gateway(stack, 'open-gateway.js', tokenId, children);
    const closed = await gateway(stack, '../apps/gateway/src/main.js', tokenId, children);
    const path = `${api.path}?_limit=${PAGE}`;
    const bodies = await Promise.all([
      whenServing(open, path, 'none'),
      whenServing(closed, path, secret),
      whenServing(closed, path, limited.secret),
    ]);
    if (new Set(bodies).size !== 1) throw new Error('the answers differ');
    const ways = [
      { name: 'without', rates: [] as number[], run: () => requestsPerSecond(open, [`/api/${path}`]) },
      { name: 'with a token', rates: [], run: () => requestsPerSecond(closed, [`/api/${path}`], secret) },
      { name: 'with limits', rates: [], run: () => requestsPerSecond(closed, [`/api/${path}`], limited.secret) },
    ];
    for (let round = 0; round < ROUNDS; round++) for (const way of ways) way.rates.push(await way.run());
    const [floor = 0, ...others] = ways.map(({ rates }) => rates.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0);
    console.log(`hot page without authentication and limits: ${perSecond(floor, 'req')} (median of ${ROUNDS} runs)`);
    others.forEach((rate, index) => {
      const ratio = floor / rate;
      const verdict = ratio <= GOAL ? 'reached' : 'missed';
      console.log(
        `hot page ${ways[index + 1]?.name}: ${perSecond(rate, 'req')}; ${ratio.toFixed(2)} times (goal ${GOAL}, ${verdict})`,
      );
    });
  } finally {
    for (const child of children) child.kill();
    await stack.stop();
  }
}

/** Both run alike, beside those of the stack: nobody reads their logs. */
async function gateway(stack: Stack, file: string, tokenId: string, children: ChildProcess[]): Promise<string> {
  const [port = 0] = await freePorts(1);
  const env = {
    ...process.env,
    NATS_URL: stack.bus.url,
    NATS_USER: stack.bus.user,
    NATS_PASSWORD: stack.bus.password,
    PORT: String(port),
    HEALTH_PORT: '0',
    BENCH_TOKEN_ID: tokenId,
  };
  children.push(fork(join(__dirname, file), { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
  return `http://127.0.0.1:${port}`;
}

function whenServing(url: string, path: string, secret: string): Promise<string> {
  return waitFor(`rows from ${url}`, async () => {
    const { status, text } = await read(url, path, secret);
    return status === 200 && text;
  });
}

void main();

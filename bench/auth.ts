import { Publisher, vegaFile } from '../test/support/publisher';
import { Stack } from '../test/support/stack';
import { type ExtraGateway, startGateway, whenServing } from './extra-gateway';
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
  const gateways: ExtraGateway[] = [];
  try {
    const publisher = new Publisher(stack);
    const { api, tokenId, secret } = await publisher.publish('Weather', 'csv', await vegaFile('seattle-weather.csv'));
    const limited = await publisher.token('Limited', { limits });
    await publisher.assign(api.id, limited.token.id);
    const start = async (file: string) => {
      const gateway = await startGateway(stack, file, { BENCH_TOKEN_ID: tokenId });
      gateways.push(gateway);
      return gateway.url;
    };
    const open = await start('open-gateway.js');
    const closed = await start('../apps/gateway/src/main.js');
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
    for (const gateway of gateways) gateway.process.kill();
    await stack.stop();
  }
}

void main();

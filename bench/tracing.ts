import { OtlpReceiver } from '../test/support/otlp-receiver';
import { Publisher, vegaFile } from '../test/support/publisher';
import { Stack } from '../test/support/stack';
import { type ExtraGateway, startGateway, whenServing } from './extra-gateway';
import { median, requestsPerSecond } from './load';
import { perSecond, processorMs } from './report';

/**
 * What traces cost a hot page: the same page from gateways without them and from ones that keep 1 % of them, in turns, all in
 * one run. The processor time of a request is the figure: a rate also holds what the client takes. There are three gateways of each
 * kind, since two processes that do the same differ by more than what is measured; how much is printed.
 */
const GOAL = 1.03;
const GATEWAYS_OF_A_KIND = 3;
const ROUNDS = 8;
/** Until all are compiled. */
const WARM_UP_ROUNDS = 3;
const SECONDS = 1;
const PAGE = 100;
const FILE = '../services/gateway.js';

async function main(): Promise<void> {
  const collector = new OtlpReceiver();
  await collector.start();
  const stack = await Stack.start();
  const gateways: ExtraGateway[] = [];
  try {
    const publisher = new Publisher(stack);
    const { api, secret } = await publisher.publish('Weather', 'csv', await vegaFile('seattle-weather.csv'));
    const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '0.01' };
    const path = `${api.path}?_limit=${PAGE}`;
    for (let number = 0; number < 2 * GATEWAYS_OF_A_KIND; number++) {
      const gateway = await startGateway(stack, FILE, number % 2 === 0 ? {} : tracing);
      gateways.push(gateway);
      await whenServing(gateway.url, path, secret);
    }
    const costs: number[][] = gateways.map(() => []);
    const rates: number[][] = gateways.map(() => []);
    for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
      const order = [...gateways.entries()];
      for (const [index, { url, process }] of round % 2 === 0 ? order : order.reverse()) {
        const before = processorMs(process.pid);
        const rate = await requestsPerSecond(url, [`/api/${path}`], secret, { seconds: SECONDS, warmUpSeconds: 0 });
        if (round < 0) continue;
        costs[index]?.push(((processorMs(process.pid) - before) / (rate * SECONDS)) * 1_000);
        rates[index]?.push(rate);
      }
    }
    const ofKind = (figures: number[][], kind: number) => figures.filter((_, index) => index % 2 === kind);
    for (const [kind, name] of ['no traces', '1 % kept'].entries()) {
      const each = ofKind(costs, kind).map((rounds) => median(rounds).toFixed(0));
      const rate = perSecond(median(ofKind(rates, kind).flat()), 'req');
      console.log(`hot page, ${name}: ${rate}, ${each.join(', ')} us of the processor`);
    }
    // Of each round, so that what else the machine does meets both.
    const ratios = Array.from({ length: ROUNDS }, (_, round) => {
      const [off, on] = [0, 1].map((kind) => median(ofKind(costs, kind).map((rounds) => rounds[round] ?? Number.NaN)));
      return (on ?? Number.NaN) / (off ?? Number.NaN);
    });
    const [ratio, [first = 0, , last = 0]] = [
      median(ratios),
      ofKind(costs, 0)
        .map(median)
        .sort((a, b) => a - b),
    ];
    const verdict = ratio <= GOAL ? 'reached' : 'missed';
    console.log(`${ratio.toFixed(3)} times the processor time, median of ${ROUNDS} rounds (goal ${GOAL}, ${verdict})`);
    console.log(`  ${(last / first).toFixed(3)} times between gateways without traces`);
  } finally {
    for (const gateway of gateways) gateway.process.kill();
    await stack.stop();
    await collector.stop();
  }
}

void main();

import { OtlpReceiver } from '../test/support/otlp-receiver';
import { Publisher, vegaFile } from '../test/support/publisher';
import { Stack } from '../test/support/stack';
import { type ExtraGateway, startGateway, whenServing } from './extra-gateway';
import { median, requestsPerSecond } from './load';
import { perSecond, processorMs } from './report';

/**
 * What traces cost a hot page: the same page from a gateway without them and from one that keeps 1 % of them, in turns, all in
 * one run. The processor time of a request is the figure: a rate also holds what the client takes.
 */
const GOAL = 1.03;
const ROUNDS = 16;
/** Until both are compiled. */
const WARM_UP_ROUNDS = 4;
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
    gateways.push(await startGateway(stack, FILE, {}), await startGateway(stack, FILE, tracing));
    const path = `${api.path}?_limit=${PAGE}`;
    for (const { url } of gateways) await whenServing(url, path, secret);
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
    const [off = 0, on = 0] = costs.map(median);
    const [rateOff = 0, rateOn = 0] = rates.map(median);
    console.log(`hot page, no traces: ${perSecond(rateOff, 'req')}, ${off.toFixed(0)} us of the processor`);
    console.log(`hot page, 1 % kept: ${perSecond(rateOn, 'req')}, ${on.toFixed(0)} us of the processor`);
    const ratio = median((costs[1] ?? []).map((cost, round) => cost / (costs[0]?.[round] ?? Number.NaN)));
    const verdict = ratio <= GOAL ? 'reached' : 'missed';
    console.log(`${ratio.toFixed(3)} times the processor time, median of ${ROUNDS} rounds (goal ${GOAL}, ${verdict})`);
    console.log(
      `  without: ${costs[0]?.map(Math.round).join(', ')} us; with: ${costs[1]?.map(Math.round).join(', ')} us`,
    );
  } finally {
    for (const gateway of gateways) gateway.process.kill();
    await stack.stop();
    await collector.stop();
  }
}

void main();

import { deepStrictEqual } from 'node:assert';
import { Publisher } from '../test/support/publisher';
import { Stack } from '../test/support/stack';
import { CacheWatch } from './cache-watch';
import { perSecond } from './report';
import { httpSide } from './sides/http-side';
import type { Row, Side } from './sides/side';
import { sluiceSide } from './sides/sluice-side';
import { takeTurns } from './take-turns';
import { type Asked, askAgent, askOData } from './workloads/dialects';
import { type Question, workloads } from './workloads/workloads';

/** What a question may cost by another protocol, in times of what it costs by the plain GET. */
const GOAL = 1.3;
const WORKLOADS = ['lookup', 'filter by'];

/** The same questions by the plain GET, by OData and by the protocol of agents, in turns over the same rows. */
async function main(): Promise<void> {
  const stack = await Stack.start();
  try {
    const plain = await sluiceSide(stack, new Publisher(stack));
    const { pids, path, secret } = plain;
    const side = (name: string, words: (question: Question) => Asked) =>
      httpSide({ name, url: stack.url, secret, pids, words });
    const agent = side('MCP', (question) => askAgent(path, question));
    const odata = side('OData', (question) => askOData(path, question));
    for (const workload of workloads.filter(({ name }) => WORKLOADS.some((word) => name.startsWith(word)))) {
      const first = workload.questions()();
      if (first) await compareRows(stack, plain, first);
      const watches = new Map<string, CacheWatch>();
      const sides: Side[] = [{ ...plain, name: 'GET', restart: undefined }, agent, odata];
      const { warm } = await takeTurns(workload, sides, (name, when, turn) => {
        if (when !== 'warm') return turn();
        const watch = watches.get(name) ?? new CacheWatch(stack);
        watches.set(name, watch);
        return watch.during(turn);
      });
      console.log(`\n${workload.name} (${workload.repeats})`);
      const [get] = warm;
      for (const { name, perSecond: rate, p50Ms, processorUs } of warm) {
        const times = processorUs / (get?.processorUs ?? Number.NaN);
        const verdict =
          name === 'GET'
            ? ''
            : ` ${times.toFixed(2)} times GET (goal ${GOAL}, ${times <= GOAL ? 'reached' : 'missed'})`;
        const figures = `${perSecond(rate, 'req')}  p50 ${p50Ms.toFixed(1)} ms  ${Math.round(processorUs)} us of the processor`;
        console.log(`  ${name.padEnd(6)} ${figures}${verdict}`);
        console.log(`         caches: ${watches.get(name)?.text()}`);
      }
    }
  } finally {
    await stack.stop();
  }
}

/** Fails where an answer by another protocol has other rows. */
async function compareRows({ url }: Stack, plain: Awaited<ReturnType<typeof sluiceSide>>, question: Question) {
  const ask = async ({ path, method, body, headers }: Asked) => {
    const authorization = `Bearer ${plain.secret}`;
    const answer = await fetch(`${url}${path}`, { method, body, headers: { ...headers, authorization } });
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    return await answer.json();
  };
  const { data } = (await ask(plain.words(question))) as { data: Row[] };
  const { result } = (await ask(askAgent(plain.path, question))) as { result: { structuredContent: { rows: Row[] } } };
  const { value } = (await ask(askOData(plain.path, question))) as { value: Row[] };
  deepStrictEqual(result.structuredContent.rows, data);
  deepStrictEqual(
    value.map(({ _row, ...row }) => Object.keys(row).length),
    data.map((row) => Object.keys(row).length),
  );
}

void main();

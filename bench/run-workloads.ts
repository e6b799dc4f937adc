import { Publisher, read } from '../test/support/publisher';
import { Stack } from '../test/support/stack';
import { CacheWatch } from './cache-watch';
import { compareAnswers } from './compare-answers';
import { printMeasured } from './print-measured';
import { Baseline } from './sides/baseline';
import { BareDuckDb } from './sides/duckdb-side';
import { type Peer, startPeers } from './sides/peers';
import type { Side } from './sides/side';
import { type SluiceSide, sluiceSide } from './sides/sluice-side';
import type { Subject } from './subject';
import { PHASES, type Phase, takeTurns } from './take-turns';
import { type Question, type Workload, workloads } from './workloads/workloads';

const COMPARED = 20;

/**
 * Lets the product and its floors, and its peers where asked for, do every workload in turns over the same rows, then
 * `more`. Takes words of the names of workloads; without any it does all of them.
 */
export async function runWorkloads(
  words: readonly string[],
  withPeers: boolean,
  more: (subject: Subject) => Promise<void>,
): Promise<void> {
  const stack = await Stack.start();
  const duckdb = await BareDuckDb.open();
  let peers: Peer[] = [];
  try {
    const publisher = new Publisher(stack);
    const sluice = await sluiceSide(stack, publisher);
    if (withPeers) peers = await startPeers(duckdb.directory, duckdb.csv);
    const isAsked = (name: string) => words.length === 0 || words.some((word) => name.includes(word));
    for (const workload of workloads.filter(({ name }) => isAsked(name))) {
      await runOne(workload, [sluice, ...peers, duckdb.side()], stack, await exampleOf(stack, sluice, workload));
    }
    if (isAsked('transfers')) await more({ stack, publisher, table: sluice, duckdb, peers });
  } finally {
    for (const peer of peers) await peer.stop();
    duckdb.close();
    await stack.stop();
  }
}

async function runOne(workload: Workload, sides: readonly Side[], stack: Stack, example: string): Promise<void> {
  const difference = await compareAnswers(sides, questionsOf(workload, COMPARED));
  const baseline = await Baseline.start(stack.bus, example);
  const watches = new Map<Phase, CacheWatch>(PHASES.map((phase) => [phase, new CacheWatch(stack)]));
  try {
    const measured = await takeTurns(
      workload,
      [...sides, ...baseline.sides()],
      (name, when, turn) => (name === 'Sluice' && watches.get(when)?.during(turn)) || turn(),
    );
    printMeasured(workload, measured);
    if (difference) fail(difference);
    for (const [when, watch] of watches) console.log(`  caches, ${when}: ${watch.text()}`);
    for (const watch of watches.values()) {
      const fault = watch.faultOf(workload);
      if (fault) fail(fault);
    }
  } finally {
    baseline.stop();
  }
}

/** The bytes that the product answers one question with, for the floors to send. */
async function exampleOf(stack: Stack, sluice: SluiceSide, workload: Workload): Promise<string> {
  const [question] = questionsOf(workload, 1);
  if (!question) throw new Error(`${workload.name} has no question`);
  return (await read(stack.url, sluice.words(question).path.slice('/api/'.length), sluice.secret)).text;
}

/** The first questions of a workload: the turns ask them again, of processes that are fresh and have not seen them. */
function questionsOf({ questions }: Workload, count: number): Question[] {
  const next = questions();
  return Array.from({ length: count }, next).flatMap((question) => question ?? []);
}

/** Fails the whole run at its end: the figures of the others count all the same. */
function fail(reason: string): void {
  process.exitCode = 1;
  console.log(`  FAILED: ${reason}`);
}

import { Agent, get } from 'node:http';
import { median } from './load';
import { perSecond, processorMs } from './report';
import { askOverHttp } from './sides/http-side';

const RANGE_BYTES = 64 * 1024;
const TURNS = 4;
const TURN_SECONDS = 2;
/** Ranges that are asked one after the other in a turn. */
const EACH = 300;
/** Milliseconds that a range may take beyond one of a static file. */
const GOAL_MS = 0.2;

/** Where a file is read by ranges. */
export interface RangeSide {
  name: string;
  url: string;
  path: string;
  secret?: string;
  pids(): (number | undefined)[];
}

interface Figures {
  alone: number[];
  together: number;
  seconds: number;
  processorMs: number;
}

/**
 * Ranges of 64 KiB at random places of the same bytes, both sides in turns: one after the other over one connection, then 16 at a
 * time. The first turn of each warms it up.
 */
export async function measureRanges(ours: RangeSide, floor: RangeSide, { bytes }: { bytes: number }): Promise<void> {
  const figures = new Map<RangeSide, Figures>();
  for (const side of [ours, floor]) figures.set(side, { alone: [], together: 0, seconds: 0, processorMs: 0 });
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [side, sums] of figures) {
      const alone = await askAlone(side, bytes);
      const takenMs = sumOf(side);
      const { latenciesMs, seconds } = await askOverHttp(side, () => questionFor(side, bytes), TURN_SECONDS);
      if (turn === 0) continue;
      sums.alone.push(...alone);
      sums.together += latenciesMs.length;
      sums.seconds += seconds;
      sums.processorMs += sumOf(side) - takenMs;
    }
  }
  console.log(`\nranges of 64 KiB at random places, ${TURNS} turns each`);
  for (const [{ name }, { alone, together, seconds, processorMs: spentMs }] of figures) {
    const rate = perSecond(together / seconds, 'req');
    const work = Math.round((1_000 * spentMs) / together);
    console.log(
      `  ${name.padEnd(12)} one after the other ${median(alone).toFixed(2)} ms; 16 at a time ${rate}, ${work} us of the processor`,
    );
  }
  const [mine, theirs] = [figures.get(ours), figures.get(floor)];
  if (!mine || !theirs) return;
  const moreMs = median(mine.alone) - median(theirs.alone);
  const pace = mine.together / mine.seconds / (theirs.together / theirs.seconds);
  const verdict = moreMs <= GOAL_MS ? 'reached' : 'missed';
  console.log(
    `  ${moreMs.toFixed(2)} ms more for a range (goal ${GOAL_MS} ms, ${verdict}); ${pace.toFixed(2)} times its requests`,
  );
}

function sumOf(side: RangeSide): number {
  return side.pids().reduce<number>((sum, pid) => sum + processorMs(pid), 0);
}

function questionFor({ path }: RangeSide, bytes: number): { method: 'GET'; path: string; headers: { range: string } } {
  const from = Math.floor(Math.random() * (bytes - RANGE_BYTES));
  return { method: 'GET', path, headers: { range: `bytes=${from}-${from + RANGE_BYTES - 1}` } };
}

async function askAlone(side: RangeSide, bytes: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let asked = 0; asked < EACH; asked++) {
    const startedMs = performance.now();
    await fetchRange(side, questionFor(side, bytes).headers, agent);
    times.push(performance.now() - startedMs);
  }
  agent.destroy();
  return times;
}

function fetchRange({ url, path, secret }: RangeSide, range: Record<string, string>, agent: Agent): Promise<void> {
  const headers = { ...range, ...(secret && { authorization: `Bearer ${secret}` }) };
  return new Promise((resolve, reject) => {
    const request = get(`${url}${path}`, { headers, agent }, (answer) => {
      answer.resume();
      answer.once('end', () => (answer.statusCode === 206 ? resolve() : reject(new Error(`${answer.statusCode}`))));
    });
    request.once('error', reject);
  });
}

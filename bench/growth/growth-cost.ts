import type { Stack } from '../../test/support/stack';
import { processorMs } from '../report';
import { askOverHttp } from '../sides/http-side';
import type { Asked } from '../workloads/dialects';

const PROCESSES = ['gateway-1', 'catalogue-1'];
const WARM_UP_SECONDS = 1;
const SECONDS = 2;

/** What one size costs: processor time of gateway and catalogue for each piece of work, and how long it took. */
export interface Cost {
  us: number;
  p50Ms: number;
}

/** What one piece of work costs at each size, the smallest first. */
export interface Growth {
  of: string;
  work: string;
  costs: Map<number, Cost>;
}

/** Something that can be asked: each question is new, unless the work says otherwise. */
export interface Asking {
  secret?: string;
  next: () => Asked | undefined;
}

/** Measures the processor time of one request: the cheaper of two turns, after a second that does not count. */
export async function costOf(stack: Stack, asking: Asking): Promise<Cost> {
  await askOverHttp({ url: stack.url, secret: asking.secret }, asking.next, WARM_UP_SECONDS);
  return lower(await turn(stack, asking), await turn(stack, asking));
}

async function turn(stack: Stack, { secret, next }: Asking): Promise<Cost> {
  const before = taken(stack);
  const { latenciesMs } = await askOverHttp({ url: stack.url, secret }, next, SECONDS);
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  return {
    us: ((taken(stack) - before) / sorted.length) * 1_000,
    p50Ms: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
  };
}

/** The cheaper of two turns: others take the same processors. */
export function lower(one: Cost, other: Cost | undefined): Cost {
  return other && other.us < one.us ? other : one;
}

/** Measures work of `count` pieces by the clock, where processes of its own do it. */
export async function timeOf(work: () => Promise<unknown>, count: number): Promise<Cost> {
  const startedMs = performance.now();
  await work();
  const ms = (performance.now() - startedMs) / count;
  return { us: ms * 1_000, p50Ms: ms };
}

/** Gives one after the other, again and again. */
export function inTurn<Each>(all: readonly Each[]): () => Each | undefined {
  let next = 0;
  return () => all[next++ % all.length];
}

export function get(path: string, secret?: string): Asked {
  return { method: 'GET', path, ...(secret && { secret }) };
}

function taken(stack: Stack): number {
  return PROCESSES.reduce((sum, name) => sum + processorMs(stack.pid(name)), 0);
}

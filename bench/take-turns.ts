import { processorMs } from './report';
import type { Side, Turn } from './sides/side';
import type { Question, Workload } from './workloads/workloads';

const TURN_SECONDS = 2;
const ROUNDS = 2;

/** What one side did with a workload. */
export interface Figures {
  name: string;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Of its processes, for each request; NaN where they are not its own. */
  processorUs: number;
}

/** The first two seconds of fresh processes; the four behind them, in which code is compiled and indexes are made; those after. */
export const PHASES = ['cold', 'warming up', 'warm'] as const;
export type Phase = (typeof PHASES)[number];
export type Measured = Record<Phase, Figures[]>;

type Next = () => Question | undefined;
type Part = Turn & { processorMs: number };

/**
 * Lets all sides do a workload: each in fresh processes first, then in turns, so that whatever else the machine does meets
 * them all. `watch` is told before and after the turns of a side.
 */
export async function takeTurns(
  workload: Workload,
  sides: readonly Side[],
  watch: (name: string, when: Phase, turn: () => Promise<void>) => Promise<void>,
): Promise<Measured> {
  const nexts = new Map<string, Next>(sides.map((side) => [side.name, questionsFor(side, workload)]));
  const turn = async (side: Side, parts: Part[], when: Phase) => {
    const next = nexts.get(side.name) ?? (() => undefined);
    await watch(side.name, when, async () => void parts.push(await measured(side, next)));
  };
  const cold: Figures[] = [];
  for (const side of sides) {
    if (!side.restart) continue;
    await side.restart();
    const parts: Part[] = [];
    await turn(side, parts, 'cold');
    cold.push(figuresOf(side.name, parts));
  }
  const inTurns = async (when: Phase) => {
    const turns = new Map<Side, Part[]>(sides.map((side) => [side, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [side, parts] of turns) await turn(side, parts, when);
    }
    return [...turns].map(([side, parts]) => figuresOf(side.name, parts));
  };
  return { cold, 'warming up': await inTurns('warming up'), warm: await inTurns('warm') };
}

/** A floor sends the same bytes whatever it is asked: it may be asked again. */
function questionsFor({ isFloor }: Side, { questions }: Workload): Next {
  let next = questions();
  if (!isFloor) return next;
  return () => {
    const question = next();
    if (question) return question;
    next = questions();
    return next();
  };
}

async function measured(side: Side, next: Next): Promise<Part> {
  const taken = () => side.pids().reduce<number>((sum, pid) => sum + processorMs(pid), 0);
  const before = taken();
  const turn = await side.ask(next, TURN_SECONDS);
  return { ...turn, processorMs: side.pids().length > 0 ? taken() - before : Number.NaN };
}

function figuresOf(name: string, parts: readonly Part[]): Figures {
  const latencies = parts.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return {
    name,
    perSecond: latencies.length / sum(({ seconds }) => seconds),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    processorUs: (sum((part) => part.processorMs) / latencies.length) * 1_000,
  };
}

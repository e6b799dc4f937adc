import { Tally } from '@sluice/runtime/tally';
import { measureQueue, type QueueTimes } from './queue-metrics';
import { TakingTurns } from './taking-turns';

/** The queue is full: the caller should come back later rather than wait for ever. */
export class QueueFull extends Error {}

/** The time of a piece of work was over before its turn came. */
export class TurnTooLate extends Error {}

/** Scans of whole tables, and everything that is short: neither waits for the other. */
export type Lane = 'quick' | 'scan';

export interface QueueLimits {
  /** Pieces of work at once, in each lane. */
  running: Readonly<Record<Lane, number>>;
  /** Pieces of one caller at once, in each lane. */
  each: Readonly<Record<Lane, number>>;
  /** Pieces that wait, of all callers together, and of one. */
  waiting: number;
  waitingEach: number;
}

/** Whose work it is, and how long somebody waits for it. */
export interface Turn {
  lane: Lane;
  caller: string;
  /** What it reads: one caller's pieces take turns by it. */
  of?: string;
  signal?: AbortSignal;
  /** Until the work has to begin, in milliseconds from now. */
  withinMs?: number;
}

interface Waiting {
  turn: Turn;
  begin(): void;
}

/**
 * Lets so many pieces of work run at once, and gives turns to callers, then to what they read, not to pieces: a caller
 * with a hundred of them waits for its own and delays nobody by more than one. A piece whose caller gave up, or whose time is over, is gone.
 */
export class FairQueue {
  private readonly lanes: Readonly<Record<Lane, LaneOfCallers>>;
  private waiting = 0;
  private readonly times: QueueTimes;

  /** `name` is what metrics call it. */
  constructor(
    name: string,
    private readonly limits: QueueLimits,
  ) {
    const { running, each } = limits;
    this.lanes = {
      quick: new LaneOfCallers(running.quick, each.quick),
      scan: new LaneOfCallers(running.scan, each.scan),
    };
    this.times = measureQueue(name, {
      waiting: () => this.waiting,
      running: () => this.lanes.quick.running + this.lanes.scan.running,
    });
  }

  /** Runs work when its turn comes. Fails with `QueueFull`, `TurnTooLate`, or the reason of the signal. */
  async run<T>(work: () => Promise<T>, turn: Turn): Promise<T> {
    turn.signal?.throwIfAborted();
    const lane = this.lanes[turn.lane];
    const cameMs = performance.now();
    if (!lane.tryBegin(turn.caller))
      await this.wait(lane, turn).catch((error: unknown) => {
        this.times.refused(error instanceof QueueFull ? 'full' : error instanceof TurnTooLate ? 'late' : 'left');
        throw error;
      });
    const begunMs = performance.now();
    this.times.waited.add(begunMs - cameMs);
    try {
      return await work();
    } finally {
      lane.end(turn.caller);
      this.times.worked.add(performance.now() - begunMs);
    }
  }

  private async wait(lane: LaneOfCallers, turn: Turn): Promise<void> {
    if (this.waiting >= this.limits.waiting || lane.waitingOf(turn.caller) >= this.limits.waitingEach)
      throw new QueueFull('too many queries are waiting');
    this.waiting++;
    const { signal, withinMs } = turn;
    let timer: NodeJS.Timeout | undefined;
    let giveUp = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        const waiting: Waiting = { turn, begin: resolve };
        const leave = (reason: unknown) => {
          lane.remove(waiting);
          reject(reason);
        };
        giveUp = () => leave(signal?.reason);
        signal?.addEventListener('abort', giveUp, { once: true });
        if (withinMs !== undefined)
          timer = setTimeout(() => leave(new TurnTooLate('the time was over before the turn came')), withinMs);
        lane.add(waiting);
      });
    } finally {
      this.waiting--;
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
  }
}

/** The work of one lane: what runs, and the callers that wait, in the order of their turns. */
class LaneOfCallers {
  running = 0;
  private readonly runningOf = new Tally();
  /** What waits, by what it reads, of each caller. In the order of turns: whose turn it was goes to the end. */
  private readonly line = new Map<string, TakingTurns<Waiting>>();

  constructor(
    private readonly most: number,
    private readonly each: number,
  ) {}

  waitingOf(caller: string): number {
    return this.line.get(caller)?.size ?? 0;
  }

  /** Begins at once where there is room; those who wait are over the limit of their caller then. */
  tryBegin(caller: string): boolean {
    if (this.running >= this.most || this.runningOf.of(caller) >= this.each) return false;
    this.begin(caller);
    return true;
  }

  end(caller: string): void {
    this.running--;
    this.runningOf.remove(caller);
    this.giveTurn();
  }

  add(waiting: Waiting): void {
    const { caller, of = '' } = waiting.turn;
    const theirs = this.line.get(caller) ?? new TakingTurns();
    theirs.add(of, waiting);
    this.line.set(caller, theirs);
  }

  remove(waiting: Waiting): void {
    const { caller, of = '' } = waiting.turn;
    const theirs = this.line.get(caller);
    theirs?.remove(of, waiting);
    if (theirs?.size === 0) this.line.delete(caller);
  }

  private giveTurn(): void {
    for (const [caller, theirs] of this.line) {
      if (this.runningOf.of(caller) >= this.each) continue;
      const next = theirs.take();
      this.line.delete(caller);
      if (theirs.size > 0) this.line.set(caller, theirs);
      this.begin(caller);
      next?.begin();
      return;
    }
  }

  private begin(caller: string): void {
    this.running++;
    this.runningOf.add(caller);
  }
}

import type { Question } from '../workloads/workloads';

/** One of those that are asked the same. */
export interface Side {
  name: string;
  /** Its processes, to count what they take of the processor; none where it shares the client's. */
  pids: () => (number | undefined)[];
  /** Asks new questions for some time, 16 at a time. */
  ask: (next: () => Question | undefined, seconds: number) => Promise<Turn>;
  /** The rows of one answer, where it has any. */
  rows?: (question: Question) => Promise<Row[]>;
  /** Begins anew in fresh processes, where it has some. */
  restart?: () => Promise<void>;
  /** Sends the same bytes whatever it is asked. */
  isFloor?: boolean;
}

export type Row = Record<string, unknown>;

export interface Turn {
  latenciesMs: number[];
  seconds: number;
}

export const CONNECTIONS = 16;

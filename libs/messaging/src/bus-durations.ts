import { errorTable, isErrorCode } from '@sluice/contracts/errors';
import { type Duration, Durations } from '@sluice/runtime/durations';
import type { ReplyEnvelope } from './reply-envelope';

/** How a request on the bus ended: answered; refused, by what was asked; failed, which is ours. */
export type BusOutcome = 'ok' | 'refused' | 'failed';

const BOUNDS = [0.005, 0.025, 0.1, 0.5, 2.5, 10];
const FIRST_FAILURE = 500;

/** Measures the requests of each contract, by how they ended. */
export class BusDurations {
  private readonly durations: Durations<'subject' | 'outcome'>;
  private readonly series = new Map<string, Partial<Record<BusOutcome, Duration>>>();

  constructor(name: string, help: string) {
    this.durations = new Durations({ name, help, labels: ['subject', 'outcome'], bounds: BOUNDS });
  }

  /** Shows a contract from now on, whether it is asked for or not: alerts compare its failures with its answers. */
  expect(subject: string): void {
    this.open(subject, 'ok');
    this.open(subject, 'failed');
  }

  add(subject: string, outcome: BusOutcome, ms: number): void {
    (this.series.get(subject)?.[outcome] ?? this.open(subject, outcome)).add(ms);
  }

  private open(subject: string, outcome: BusOutcome): Duration {
    const ofSubject = this.series.get(subject) ?? {};
    const duration = ofSubject[outcome] ?? this.durations.open({ subject, outcome });
    this.series.set(subject, { ...ofSubject, [outcome]: duration });
    return duration;
  }
}

/** Tells how the request ended that got this reply. Of an error only its code is looked at: it may hold many faults. */
export function outcomeOf({ error }: ReplyEnvelope): BusOutcome {
  return error === undefined ? 'ok' : outcomeOfError(error);
}

/** Tells how the request ended that failed so: codes of the error table with a status of 5xx are ours. */
export function outcomeOfError(error: unknown): BusOutcome {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && isErrorCode(code) && errorTable[code].status < FIRST_FAILURE
    ? 'refused'
    : 'failed';
}

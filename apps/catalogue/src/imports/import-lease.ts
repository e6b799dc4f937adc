import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { ImportPhase } from '@sluice/contracts/catalogue/imports';
import type { Clock } from '@sluice/runtime/clock';
import { Ticker } from '@sluice/runtime/ticker';
import type { Decision, ImportDoc } from '../stores/import-doc';
import type { ImportsStore } from '../stores/imports.store';
import { expired, ImportAbandoned } from './import-failure';
import type { ReviewWord } from './import-review';

const RENEW_MS = 1_000;
/** A decision is seen this soon where nobody tells of it. */
const ASK_MS = 500;

/** Holds an import for this replica: its document is renewed with the phase and counters, until the work is done. */
export class ImportLease {
  bytes = 0;
  rows = 0;
  private readonly logger = new Logger(ImportLease.name);
  private readonly abandoned = new AbortController();
  private readonly renewing = new Ticker({ name: ImportLease.name, everyMs: RENEW_MS, turn: () => this.renewOnce() });
  private phase: ImportPhase = 'receiving';
  /** Written with the next renewal. */
  private word: ReviewWord = {};
  /** Ends the wait between two looks for a decision. */
  private waiting = new AbortController();
  private lastRenewal: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly imports: ImportsStore,
    private readonly clock: Clock,
    private readonly doc: ImportDoc,
  ) {}

  /** Is aborted when the import is given up, or its lease was lost. */
  get signal(): AbortSignal {
    return this.abandoned.signal;
  }

  /** Tells whether the work waits for a decision. */
  get isWaiting(): boolean {
    return this.phase === 'review';
  }

  /** Gives the import up. */
  abandon(reason: Error = new ImportAbandoned('the import was given up')): void {
    this.abandoned.abort(reason);
  }

  /** Renews the lease from now on. */
  start(): void {
    this.renewing.start();
  }

  /** Renews it no more. */
  async stop(): Promise<void> {
    await this.renewing.stop();
  }

  /** Begins a phase; throws when the lease is lost. */
  async enter(phase: ImportPhase): Promise<void> {
    this.phase = phase;
    await this.renew();
    this.signal.throwIfAborted();
  }

  /** Looks for a decision now instead of in a moment. */
  look(): void {
    this.waiting.abort();
  }

  /** Shows the word to those who decide, and waits so long for the next decision. */
  async waitForDecision(word: ReviewWord, limitMs: number): Promise<Decision> {
    const untilMs = this.clock.monotonicMs() + limitMs;
    this.phase = 'review';
    this.word = word;
    for (;;) {
      // From before the document is read: what is decided meanwhile is looked for at once.
      this.waiting = new AbortController();
      const doc = await this.renew();
      this.signal.throwIfAborted();
      if (doc?.decision) return doc.decision;
      if (this.clock.monotonicMs() >= untilMs) throw new ImportAbandoned('nobody decided', expired);
      await delay(ASK_MS, undefined, { signal: AbortSignal.any([this.signal, this.waiting.signal]) }).catch(() => {});
      this.signal.throwIfAborted();
    }
  }

  private async renewOnce(): Promise<void> {
    await this.renew();
  }

  /** Renews one after the other, so that none writes an older state. */
  private renew(): Promise<ImportDoc | null> {
    const renewal = this.lastRenewal.then(() => this.writeRenewal());
    this.lastRenewal = renewal;
    return renewal;
  }

  /** A renewal that cannot be written leaves the lease to run out; one that is refused means that it has. */
  private async writeRenewal(): Promise<ImportDoc | null> {
    const { phase, bytes, rows, word } = this;
    try {
      const doc = await this.imports.renew(this.doc._id, this.doc.owner, { phase, bytes, rows, ...word });
      if (!doc) this.abandon();
      else if (this.word === word) this.word = {};
      return doc;
    } catch (error) {
      this.logger.warn(`${this.doc._id} could not renew its lease: ${String(error)}`);
      return null;
    }
  }
}

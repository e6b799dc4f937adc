import { ServiceError } from '@sluice/messaging/service-error';
import { requestScope } from '@sluice/runtime/request-scope';
import { Tally } from '@sluice/runtime/tally';
import { WatchedNumbers } from '@sluice/runtime/watched-numbers';

export interface OpenExportsOptions {
  /** Open at a time, of all callers together and of one. */
  most: number;
  each: number;
  /** Memory for what was made and not yet taken by its reader, of all together. */
  bytes: number;
  monotonicMs(): number;
}

/** A slice is no larger, nor much smaller, however many are open. */
const MAX_SLICE_BYTES = 8 * 1024 ** 2;
const MIN_SLICE_BYTES = 256 * 1024;
/** One slice is being taken while the next is made. */
const SLICES = 2;
const MAX_RETRY_SECONDS = 60;
const FIRST_GUESS_MS = 1_000;
/** The weight of the last duration in the mean of all. */
const SMOOTHING = 0.2;
const openNow = new WatchedNumbers('sluice_exports_open', 'Exports from their request until their last byte was taken');

/**
 * Counts the exports that are open, from their request until their last byte was taken. They may be many, since one that
 * waits for its reader makes nothing: what they make waits its turn in the engine, a slice at a time. So a slow reader
 * costs the memory of two slices, which are the smaller the more are open.
 */
export class OpenExports {
  private open = 0;
  private readonly ofCallers = new Tally();
  private meanMs = FIRST_GUESS_MS;

  constructor(private readonly options: OpenExportsOptions) {
    openNow.watch(() => this.open);
  }

  /** Opens one for the caller; the result closes it. Refuses with the time until one of those that are open has probably ended. */
  enter(): () => void {
    const { most, each, monotonicMs } = this.options;
    const caller = requestScope.getStore()?.actor?.id ?? 'system';
    const theirs = this.ofCallers.of(caller);
    if (theirs >= each || this.open >= most) {
      const seconds = Math.ceil(this.meanMs / (theirs >= each ? each : most) / 1_000);
      const whose = theirs >= each ? `of one caller at a time: ${each}` : `at a time: ${most}`;
      const turn = Math.min(MAX_RETRY_SECONDS, Math.max(1, seconds));
      throw new ServiceError('overloaded', `exports ${whose}`, [], turn);
    }
    this.open++;
    this.ofCallers.add(caller);
    const openedMs = monotonicMs();
    return () => {
      this.meanMs += SMOOTHING * (monotonicMs() - openedMs - this.meanMs);
      this.open--;
      this.ofCallers.remove(caller);
    };
  }

  /** The bytes that a slice should have now. */
  sliceBytes(): number {
    const share = this.options.bytes / SLICES / Math.max(1, this.open);
    return Math.min(MAX_SLICE_BYTES, Math.max(MIN_SLICE_BYTES, share));
  }
}

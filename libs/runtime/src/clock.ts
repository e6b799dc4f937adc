/** Time where it decides something, so that tests can decide it. */
export interface Clock {
  /** Milliseconds since 1970, for what people and other machines read; may be stepped by its administrator. */
  wallMs(): number;
  /** Milliseconds since some moment, never stepped: for leases and expiry. */
  monotonicMs(): number;
}

export const CLOCK = Symbol('Clock');

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

const SLOTS = 50;

/** Counts what happened within the last window, to a fiftieth of it: never too little, at most one slot too long. */
export class SlidingCount {
  private readonly slots = new Uint32Array(SLOTS + 1);
  private readonly slotMs: number;
  private current = 0;
  private sum = 0;

  constructor(windowMs: number) {
    this.slotMs = windowMs / SLOTS;
  }

  add(nowMs: number): void {
    this.advance(nowMs);
    const at = this.current % this.slots.length;
    this.slots[at] = (this.slots[at] ?? 0) + 1;
    this.sum++;
  }

  total(nowMs: number): number {
    this.advance(nowMs);
    return this.sum;
  }

  /** Milliseconds until the oldest of what is counted leaves the window; 0 where nothing is counted. */
  untilLessMs(nowMs: number): number {
    this.advance(nowMs);
    for (let age = SLOTS; age >= 0; age--) {
      const slot = this.current - age;
      if (slot >= 0 && this.slots[slot % this.slots.length]) return (slot + SLOTS + 1) * this.slotMs - nowMs;
    }
    return 0;
  }

  private advance(nowMs: number): void {
    const slot = Math.floor(nowMs / this.slotMs);
    const passed = Math.min(slot - this.current, this.slots.length);
    for (let i = 1; i <= passed; i++) {
      const at = (slot - passed + i) % this.slots.length;
      this.sum -= this.slots[at] ?? 0;
      this.slots[at] = 0;
    }
    this.current = Math.max(this.current, slot);
  }
}

/** A replica that was not heard of for so long may be gone for good. */
const FORGOTTEN_MS = 60_000;
/** How long replicas are chosen by what is known of them, once one was found silent; the bus notices within that time. */
const WATCHED_MS = 5_000;
const EXTRA_SHARE = 0.05;
const MAX_EXTRAS = 20;
const AFTER_OVERLOAD_MS = 5_000;

interface Sighting {
  heardMs: number;
  /** It left a request unanswered that another replica answered, and was not heard of since. */
  isSilent: boolean;
}

/** What one process knows of the replicas of a service, by their replies alone. */
export class Sightings {
  private readonly known = new Map<string, Sighting>();
  private watchedUntilMs = Number.NEGATIVE_INFINITY;
  private overloadedMs = Number.NEGATIVE_INFINITY;
  private extras = MAX_EXTRAS;
  private turn = 0;

  constructor(private readonly nowMs: () => number) {}

  /** Gives the replica to ask; null: whichever the bus gives it to, which is so while none is known to be silent. */
  choose(): string | null {
    this.extras = Math.min(MAX_EXTRAS, this.extras + EXTRA_SHARE);
    if (this.nowMs() >= this.watchedUntilMs) return null;
    const speaking = this.speaking();
    return speaking[this.turn++ % speaking.length] ?? null;
  }

  /**
   * Gives a replica that may be asked too, beside those that were; null is whichever the bus gives it to. Undefined where
   * there may be no more: one request in twenty, and none while the service has too much to do.
   */
  chooseOther(asked: readonly (string | null)[]): string | null | undefined {
    if (this.extras < 1 || this.nowMs() - this.overloadedMs < AFTER_OVERLOAD_MS) return undefined;
    this.extras--;
    return this.speaking().find((address) => !asked.includes(address)) ?? null;
  }

  /** Tells whether any replica was heard of within so many milliseconds. */
  wasHeard(withinMs: number): boolean {
    const sinceMs = this.nowMs() - withinMs;
    return [...this.known.values()].some(({ heardMs }) => heardMs >= sinceMs);
  }

  /** Takes a reply. */
  heard(address: string): void {
    // The last one heard stands last.
    this.known.delete(address);
    this.known.set(address, { heardMs: this.nowMs(), isSilent: false });
  }

  /** Takes that these left a request unanswered which another one answered; null stands for one of which nothing is known. */
  silent(addresses: readonly (string | null)[]): void {
    this.watchedUntilMs = this.nowMs() + WATCHED_MS;
    for (const address of addresses) {
      const sighting = address === null ? undefined : this.known.get(address);
      if (sighting) sighting.isSilent = true;
    }
  }

  /** Takes that nobody listens there any more. */
  gone(address: string): void {
    this.known.delete(address);
  }

  overloaded(): void {
    this.overloadedMs = this.nowMs();
  }

  /** The last one heard comes first; those that are gone for good are forgotten. */
  private speaking(): string[] {
    const sinceMs = this.nowMs() - FORGOTTEN_MS;
    for (const [address, { heardMs }] of this.known) if (heardMs < sinceMs) this.known.delete(address);
    return [...this.known].flatMap(([address, { isSilent }]) => (isSilent ? [] : [address])).reverse();
  }
}

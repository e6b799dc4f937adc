/**
 * Does the same work once for all who ask for it while it is under way: they share its result, or its failure. Nothing is
 * kept once it has ended.
 */
export class SingleFlight<Result> {
  private readonly flights = new Map<string, Promise<Result>>();

  /** The result of the work under way for `key`, which begins now if there is none. */
  run(key: string, work: () => Promise<Result>): Promise<Result> {
    const running = this.flights.get(key);
    if (running !== undefined) return running;
    const flight = work().finally(() => {
      if (this.flights.get(key) === flight) this.flights.delete(key);
    });
    this.flights.set(key, flight);
    return flight;
  }

  /** Lets those who ask from now on begin anew: the work under way may rest on what was true before. */
  forget(key: string): void {
    this.flights.delete(key);
  }

  forgetAll(): void {
    this.flights.clear();
  }
}

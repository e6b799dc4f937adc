/** Counts what each caller holds. Whoever holds nothing is not remembered. */
export class Tally {
  private readonly amounts = new Map<string, number>();

  of(caller: string): number {
    return this.amounts.get(caller) ?? 0;
  }

  add(caller: string, amount = 1): void {
    this.amounts.set(caller, this.of(caller) + amount);
  }

  remove(caller: string, amount = 1): void {
    const left = this.of(caller) - amount;
    if (left > 0) this.amounts.set(caller, left);
    else this.amounts.delete(caller);
  }
}

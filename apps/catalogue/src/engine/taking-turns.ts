/** Holds what waits in lines, and takes one of each line in turns: a long line delays a short one by one item at most. */
export class TakingTurns<Item> {
  /** In the order of turns: a line whose turn it was goes to the end. */
  private readonly lines = new Map<string, Item[]>();

  /** The number of items in all lines. */
  size = 0;

  add(line: string, item: Item): void {
    this.size++;
    const items = this.lines.get(line);
    if (items) items.push(item);
    else this.lines.set(line, [item]);
  }

  remove(line: string, item: Item): void {
    const items = this.lines.get(line) ?? [];
    const at = items.indexOf(item);
    if (at < 0) return;
    items.splice(at, 1);
    this.size--;
    if (items.length === 0) this.lines.delete(line);
  }

  /** Takes the first item of the line whose turn it is. */
  take(): Item | undefined {
    for (const [line, [first, ...others]] of this.lines) {
      this.size--;
      this.lines.delete(line);
      if (others.length > 0) this.lines.set(line, others);
      return first;
    }
    return undefined;
  }
}

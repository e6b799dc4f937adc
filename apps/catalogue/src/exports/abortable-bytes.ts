/**
 * The bytes of a generator, which is ended at once when the reader leaves. A generator alone hears of that only after
 * the step that it is in, which may be a query of minutes; here the signal ends the query.
 */
export class AbortableBytes implements AsyncIterableIterator<Uint8Array> {
  private readonly stop = new AbortController();
  private readonly generator: AsyncGenerator<Uint8Array>;
  private first: Promise<IteratorResult<Uint8Array>> | null;
  private isOver = false;

  constructor(
    make: (signal: AbortSignal) => AsyncGenerator<Uint8Array>,
    /** Called once, when the generator has ended and given back what it held. */
    private readonly over: () => void,
  ) {
    this.generator = make(this.stop.signal);
    this.first = this.step();
    // The first read gets the failure.
    this.first.catch(() => {});
  }

  /** Resolves when the first bytes are there, and fails when there will be none. */
  async begun(): Promise<void> {
    await this.first;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const { first } = this;
    this.first = null;
    return first ?? this.step();
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.stop.abort(new Error('nobody reads on'));
    try {
      return await this.generator.return(undefined);
    } finally {
      this.end();
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private async step(): Promise<IteratorResult<Uint8Array>> {
    try {
      const result = await this.generator.next();
      if (result.done) this.end();
      return result;
    } catch (error) {
      this.end();
      throw error;
    }
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.over();
  }
}

import { type Answer, answerTo } from './publisher';

/** A read or send that takes longer is an error. */
const PATIENCE_MS = 10_000;

interface Loaded {
  path: string;
  secret: string;
}

/**
 * Asks without a pause, as the edge would: a gateway that breaks a connection is not asked any more until it is said to be
 * back, and what it left open goes to another one; all of it is safe to repeat. Whatever is not answered well is a failure.
 */
export class SteadyLoad {
  readonly failures: string[] = [];
  /** The ids of rows that were acknowledged. */
  readonly acknowledged: number[] = [];
  answered = 0;
  private readonly away = new Set<string>();
  private turn = 0;
  private nextId = 1_000_000;
  private stopped = false;
  private loops: Promise<void>[] = [];

  constructor(
    private readonly gateways: readonly string[],
    private readonly table: Loaded,
  ) {}

  start(): void {
    const works = [() => this.readPage(), () => this.readFilter(), () => this.sendRow()];
    this.loops = works.map((work) => this.repeat(work));
  }

  /** Takes that a gateway can be asked again. */
  back(gateway: string): void {
    this.away.delete(gateway);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
  }

  private async repeat(work: () => Promise<void>): Promise<void> {
    while (!this.stopped) await work().catch((error: unknown) => this.failures.push(String(error)));
  }

  private async readPage(): Promise<void> {
    // Some of them are the same as before, and come out of a cache.
    await this.ask(200, `?_limit=${1 + (this.turn % 500)}`);
  }

  private async readFilter(): Promise<void> {
    const id = this.turn % 500;
    const { json } = (await this.ask(200, `?id=${id}`)) ?? {};
    const { data } = (json ?? { data: [] }) as { data: { id: number }[] };
    if (data.length !== 1 || data[0]?.id !== id) this.failures.push(`${data.length} rows of the id ${id}`);
  }

  private async sendRow(): Promise<void> {
    const id = this.nextId++;
    const headers = { 'content-type': 'application/json', 'idempotency-key': `row-${id}` };
    const answer = await this.ask(201, '', { method: 'POST', headers, body: JSON.stringify({ id, city: 'sent' }) });
    if (answer) this.acknowledged.push(id);
  }

  private async ask(expected: number, search: string, init: RequestInit = {}): Promise<Answer | null> {
    const headers = { authorization: `Bearer ${this.table.secret}`, ...init.headers };
    for (;;) {
      const present = this.gateways.filter((gateway) => !this.away.has(gateway));
      const gateway = present[this.turn++ % present.length];
      if (!gateway) throw new Error('no gateway is left');
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const url = `${gateway}/api/${this.table.path}${search}`;
      const answer = await answerTo(url, { ...init, headers, signal }).catch((error: unknown) => {
        if (signal.aborted) throw error;
        this.away.add(gateway);
      });
      if (!answer) continue;
      this.answered++;
      if (answer.status === expected) return answer;
      this.failures.push(`${init.method ?? 'GET'} ${search}: ${answer.status} ${answer.text}`);
      return null;
    }
  }
}

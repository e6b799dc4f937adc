import { Refusal } from './problem';

/** Refusals that leave open what became of the request. */
const undecided = ['idempotency_in_progress', 'answer_not_kept'];

/** A creation that happens once: what was sent and not answered is sent again as it was, under the same key. */
export class Creation<Body, Made> {
  private open: { key: string; body: Body } | null = null;

  constructor(private readonly send: (body: Body, key: string) => Promise<Made>) {}

  /** Something was sent, and what became of it is not known. */
  get isOpen(): boolean {
    return this.open !== null;
  }

  /** Throws why nothing was made, or that it is not known; then the next call asks for the same again, whatever its body. */
  async make(body: Body): Promise<Made> {
    this.open ??= { key: newKey(), body };
    try {
      const made = await this.send(this.open.body, this.open.key);
      this.open = null;
      return made;
    } catch (error) {
      if (isRefused(error)) this.open = null;
      throw error;
    }
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof Refusal && error.problem.status < 500 && !undecided.includes(error.code);
}

/** `crypto.randomUUID` exists in secure contexts only. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

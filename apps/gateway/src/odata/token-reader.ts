import { type Token, tokensOf } from './expression-tokens';
import { unreadable } from './odata-fault';

/** Reads the words of one query option from left to right. */
export class TokenReader {
  private readonly tokens: Token[];
  private position = 0;

  constructor(
    text: string,
    readonly option: string,
  ) {
    this.tokens = tokensOf(text, option);
  }

  /** The next word, which stays. */
  get next(): Token {
    // The last one is the end, and nobody goes behind it.
    return this.tokens[Math.min(this.position, this.tokens.length - 1)] as Token;
  }

  take(): Token {
    const { next } = this;
    this.position++;
    return next;
  }

  /** Takes a sign or a name if it is the next word. */
  takes(text: string): boolean {
    const { next } = this;
    if (next.kind === 'literal' || next.kind === 'end' || next.text !== text) return false;
    this.position++;
    return true;
  }

  expect(text: string): void {
    if (!this.takes(text)) throw this.fault(`expected ${text}`);
  }

  /** Takes the name of a property, a function or an alias. */
  name(what: string): string {
    if (this.next.kind !== 'name') throw this.fault(`expected ${what}`);
    return this.take().text;
  }

  end(): void {
    if (this.next.kind !== 'end') throw this.fault('expected the end');
  }

  fault(detail: string, hint?: string) {
    const { kind, text, at } = this.next;
    const found = kind === 'end' ? 'the end' : text.slice(0, 40);
    return unreadable(this.option, `${detail} at character ${at + 1}, found ${found}`, hint);
  }
}

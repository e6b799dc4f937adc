import { andThen, type Soon } from '@sluice/runtime/at-once';
import { LRUCache } from 'lru-cache';
import { type ContentCoding, encode, MIN_PACKED_BYTES } from '../http/content-coding';

/** A whole answer as it can be sent again: made from a snapshot and a canonical query, it never goes stale. */
export class Answer {
  private readonly packed = new Map<ContentCoding, Soon<Buffer>>();

  constructor(
    readonly body: Buffer,
    /** Fields of the header that depend on the rows. */
    readonly headers: Readonly<Record<string, string>>,
    /** Rows in it: they are charged to each caller. */
    readonly rows: number,
  ) {}

  /** The body in a coding; packed once, however often it is sent. Small bodies stay as they are. */
  in(coding: ContentCoding): Soon<{ body: Buffer; coding: ContentCoding }> {
    if (coding === 'identity' || this.body.length < MIN_PACKED_BYTES) return { body: this.body, coding: 'identity' };
    return andThen(this.packed.get(coding) ?? this.pack(coding), (body) => ({ body, coding }));
  }

  private async pack(coding: ContentCoding): Promise<Buffer> {
    const packing = encode(this.body, coding);
    this.packed.set(coding, packing);
    const body = await packing;
    this.packed.set(coding, body);
    return body;
  }
}

const MAX_ENTRY_SHARE = 1 / 16;

/**
 * Answers by everything that determines them, bounded in bytes. Equal questions at one time are asked once; one caller
 * leaving takes nothing away from the others.
 */
export class AnswerCache {
  private readonly answers: LRUCache<string, Answer>;
  private readonly asking = new Map<string, Promise<Answer>>();

  constructor(private readonly maxBytes: number) {
    // Packed forms of JSON come to less than the body itself.
    this.answers = new LRUCache({ maxSize: maxBytes, sizeCalculation: ({ body }) => 2 * body.length + 1_024 });
  }

  /** The answer under the key, made by `make` if it is not there; a failure is not kept. */
  get(key: string, make: () => Promise<Answer>): Soon<Answer> {
    const known = this.answers.get(key);
    if (known) return known;
    const running = this.asking.get(key);
    if (running !== undefined) return running;
    const asking = make()
      .then((answer) => {
        if (answer.body.length <= this.maxBytes * MAX_ENTRY_SHARE) this.answers.set(key, answer);
        return answer;
      })
      .finally(() => this.asking.delete(key));
    this.asking.set(key, asking);
    return asking;
  }
}

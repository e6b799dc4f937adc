import { andThen, type Soon } from '@sluice/runtime/at-once';
import { CountedLookups } from '@sluice/runtime/counted-lookups';
import { SingleFlight } from '@sluice/runtime/single-flight';
import { LRUCache } from 'lru-cache';
import { type ContentCoding, encode, MIN_PACKED_BYTES } from '../http/content-coding';
import type { Page } from '../reading/pages';

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

  /** Gives the body in a coding; packed once, however often it is sent. Small bodies stay as they are. */
  encoded(coding: ContentCoding): Soon<{ body: Buffer; coding: ContentCoding }> {
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

/** The outcome of a question: a whole answer, or a page that is too large to keep and passes through as it comes. */
export type Made = Answer | Page;

const MAX_ENTRY_SHARE = 1 / 16;
const lookups = new CountedLookups('sluice_answer_cache_total', 'Questions that an answer was at hand for, or not');

/**
 * Keeps answers by everything that determines them, bounded in bytes. Equal questions at one time are asked once; one
 * caller leaving takes nothing away from the others.
 */
export class AnswerCache {
  private readonly answers: LRUCache<string, Answer>;
  private readonly making = new SingleFlight<Made>();

  constructor(maxBytes: number) {
    this.answers = new LRUCache({
      maxSize: maxBytes,
      maxEntrySize: Math.floor(bytesOf(maxBytes * MAX_ENTRY_SHARE)),
      sizeCalculation: ({ body }) => bytesOf(body.length),
    });
  }

  /** Gives the outcome of a question, made by `make` if it is not at hand. A failure is not kept, and neither is a page. */
  get(key: string, make: () => Promise<Made>): Soon<Made> {
    const known = this.answers.get(key);
    lookups.count(known !== undefined);
    return known ?? this.making.run(key, () => this.make(key, make));
  }

  private async make(key: string, make: () => Promise<Made>): Promise<Made> {
    const made = await make();
    if (made instanceof Answer) this.answers.set(key, made);
    return made;
  }
}

/** Packed forms of JSON come to less than the body itself. */
function bytesOf(bodyBytes: number): number {
  return 2 * bodyBytes + 1_024;
}

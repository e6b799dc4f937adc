const CRLF = Buffer.from('\r\n');
/** Where the subject and the size stand, counted in words; what lies between is the reply, if there is one more word. */
const carriers: Readonly<Record<string, { least: number; replyAt: number }>> = {
  PUB: { least: 3, replyAt: 2 },
  HPUB: { least: 4, replyAt: 2 },
  MSG: { least: 4, replyAt: 3 },
  HMSG: { least: 5, replyAt: 3 },
};

/** Some bytes that belong together: a line of the protocol, with the payload behind it if it announces a message. */
export interface NatsUnit {
  bytes: Buffer;
  /** `PUB`, `MSG`, `PING` … */
  verb: string;
  /** Of a message: where to, and where its answer is awaited. */
  subject?: string;
  reply?: string;
}

/** Takes the client protocol of NATS apart, in whatever pieces it comes. */
export class NatsParser {
  private rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): NatsUnit[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const units: NatsUnit[] = [];
    for (let unit = this.next(); unit; unit = this.next()) units.push(unit);
    return units;
  }

  private next(): NatsUnit | null {
    const lineEnd = this.rest.indexOf(CRLF);
    if (lineEnd < 0) return null;
    const words = this.rest.toString('latin1', 0, lineEnd).trim().split(/\s+/);
    const verb = (words[0] ?? '').toUpperCase();
    const carrier = carriers[verb];
    const end = lineEnd + CRLF.length + (carrier ? Number(words.at(-1)) + CRLF.length : 0);
    if (end > this.rest.length) return null;
    const bytes = this.rest.subarray(0, end);
    this.rest = this.rest.subarray(end);
    if (!carrier) return { bytes, verb };
    return { bytes, verb, subject: words[1], reply: words.length > carrier.least ? words[carrier.replyAt] : undefined };
  }
}

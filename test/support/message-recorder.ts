import { hostname } from 'node:os';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { decodeFrame } from '@sluice/messaging/frame';
import { ReplyEnvelope } from '@sluice/messaging/reply-envelope';
import type { BusAddress } from '../../apps/standalone/src/first-start/first-secrets';

/** What was said on the bus: a request or an event by its subject, or the reply to a request on it. */
export interface RecordedMessage {
  subject: string;
  kind: 'said' | 'reply';
  head: unknown;
}

/** Of the same subject and members so many are kept. */
const ALIKE = 1;
const SECRET = /sl[a-z]_[0-9A-Za-z]{20,}/g;

/** Hears all that is said on a bus, and keeps one message of each subject and set of members. */
export class MessageRecorder {
  private readonly kept = new Map<string, RecordedMessage[]>();
  private readonly asked = new Map<string, string>();

  private constructor(private readonly connection: NatsConnection) {
    connection.subscribe('>', {
      callback: (_, message) => {
        const head = decodeFrame(message.data)?.head;
        if (message.reply) this.asked.set(message.reply, message.subject);
        if (!message.subject.startsWith('_')) return this.keep({ subject: message.subject, kind: 'said', head });
        const subject = this.asked.get(message.subject);
        const { reply } = ReplyEnvelope.safeParse(head).data ?? {};
        if (subject !== undefined && reply !== undefined) this.keep({ subject, kind: 'reply', head: reply });
      },
    });
  }

  static async start({ url, user, password }: BusAddress): Promise<MessageRecorder> {
    const connection = await connect({ servers: url, user, pass: password });
    const recorder = new MessageRecorder(connection);
    await connection.flush();
    return recorder;
  }

  /** All of it in order, without the secrets that are issued and the name of the machine. */
  async stop(): Promise<RecordedMessage[]> {
    await this.connection.close();
    const all = [...this.kept].sort(([a], [b]) => a.localeCompare(b)).flatMap(([, messages]) => messages);
    return JSON.parse(
      JSON.stringify(all).replace(SECRET, 'a-secret').replaceAll(hostname(), 'host'),
    ) as RecordedMessage[];
  }

  private keep(message: RecordedMessage): void {
    if (message.head === undefined) return;
    const key = `${message.subject} ${message.kind} ${membersOf(message.head)}`;
    const alike = this.kept.get(key) ?? [];
    if (alike.length < ALIKE) this.kept.set(key, [...alike, message]);
  }
}

/** The names and kinds of all members, at every depth; of a list those of its first one. */
function membersOf(value: unknown): string {
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  if (Array.isArray(value)) return `[${value.length > 0 ? membersOf(value[0]) : ''}]`;
  return `{${Object.entries(value).map(([name, member]) => `${name}:${membersOf(member)}`)}}`;
}

import type { z } from 'zod';
import type { BusUserName } from './bus-user-names';
import type { ErrorCode } from './errors';

/**
 * One message between services, written once: it types and validates both sides of the bus and documents the HTTP routes.
 * `replyBytes` marks replies that carry raw bytes behind the head, so that rows pass through without being parsed.
 */
export interface Contract<
  Request extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
  Code extends ErrorCode = ErrorCode,
  Bytes extends boolean = boolean,
  Sent extends boolean = boolean,
> {
  readonly kind: 'contract';
  /** `<service>.<resource>.<verb>`; the first word is also the queue group. */
  readonly subject: string;
  /** The users that may send it: the permissions of the bus are made from it. */
  readonly calledBy: readonly BusUserName[];
  readonly request: Request;
  readonly reply: Reply;
  /** The only codes that a handler may refuse with. */
  readonly errors: readonly Code[];
  readonly replyBytes: Bytes;
  /** Marks requests that carry raw bytes behind the head. */
  readonly requestBytes: Sent;
  /** How long a caller waits for the whole answer, in milliseconds. */
  readonly timeoutMs: number;
  /** It changes nothing: where one replica is slow, another may be asked too. */
  readonly isRead: boolean;
}

interface ContractInput<
  Request extends z.ZodType,
  Reply extends z.ZodType,
  Code extends ErrorCode,
  Bytes extends boolean,
  Sent extends boolean,
> {
  subject: string;
  calledBy?: readonly BusUserName[];
  request: Request;
  reply: Reply;
  errors: readonly Code[];
  replyBytes?: Bytes;
  requestBytes?: Sent;
  timeoutMs?: number;
  isRead?: boolean;
}

const DEFAULT_TIMEOUT_MS = 2_000;

/**
 * Declares a request/reply message, by default called by the gateway and within 2 s: callers of the edge give up later
 * than that.
 */
export function contract<
  Request extends z.ZodType,
  Reply extends z.ZodType,
  const Code extends ErrorCode = never,
  Bytes extends boolean = false,
  Sent extends boolean = false,
>(input: ContractInput<Request, Reply, Code, Bytes, Sent>): Contract<Request, Reply, Code, Bytes, Sent> {
  return {
    timeoutMs: DEFAULT_TIMEOUT_MS,
    calledBy: ['gateway'],
    ...input,
    kind: 'contract',
    isRead: input.isRead ?? false,
    replyBytes: (input.replyBytes ?? false) as Bytes,
    requestBytes: (input.requestBytes ?? false) as Sent,
  };
}

/** The subject on which one replica alone is asked. Its address is one word; `*` stands for any. */
export function addressedSubject({ subject }: Pick<Contract, 'subject'>, address: string): string {
  return `${subject}.at.${address}`;
}

/** One event: core NATS delivers it at most once, so it only ever speeds up what a heartbeat or a sweep would repair. */
export interface EventContract<Payload extends z.ZodType = z.ZodType> {
  readonly kind: 'event';
  /** `<service>.<resource>.<past tense>`. */
  readonly subject: string;
  /** The users that may listen to it: the permissions of the bus are made from it. */
  readonly heardBy: readonly BusUserName[];
  readonly payload: Payload;
}

interface EventInput<Payload extends z.ZodType> {
  subject: string;
  heardBy?: readonly BusUserName[];
  payload: Payload;
}

/** Declares an event, by default heard by the gateway. */
export function event<Payload extends z.ZodType>(input: EventInput<Payload>): EventContract<Payload> {
  return { heardBy: ['gateway'], ...input, kind: 'event' };
}

export type RequestOf<C extends Contract> = z.output<C['request']>;
export type RequestInput<C extends Contract> = z.input<C['request']>;
export type ReplyOf<C extends Contract> = z.output<C['reply']>;
export type ErrorOf<C extends Contract> = C['errors'][number];
export type PayloadOf<E extends EventContract> = z.output<E['payload']>;

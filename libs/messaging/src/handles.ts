import { EventPattern, MessagePattern, Transport } from '@nestjs/microservices';
import type { Contract, EventContract, PayloadOf, ReplyOf, RequestOf } from '@sluice/contracts/contract';

/** Raw bytes of a reply: at once, or as they come when they are too many for one message. */
export type ReplyBytes = Uint8Array | AsyncIterable<Uint8Array>;

/** The answer of a contract's handler: the reply, with the bytes behind it where the contract has some. */
export type Answer<C extends Contract> = C['replyBytes'] extends true
  ? { head: ReplyOf<C>; bytes: ReplyBytes }
  : ReplyOf<C>;

/** The argument of a contract's handler: the request, with the bytes behind it where the contract has some. */
export type Asked<C extends Contract> = C['requestBytes'] extends true
  ? { head: RequestOf<C>; bytes: Uint8Array }
  : RequestOf<C>;

type Handler<C extends Contract> = (request: Asked<C>) => Promise<Answer<C>>;
type Listener<E extends EventContract> = (payload: PayloadOf<E>) => Promise<void> | void;
type Checked<Method> = <T extends Method>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<T>,
) => void;

/** Marks the one method that answers a contract. The request is validated before it gets there. */
export function Handles<C extends Contract>(contract: C): Checked<Handler<C>> {
  return MessagePattern(contract.subject, Transport.NATS, { contract });
}

/**
 * Marks a method that hears an event: on every replica, or with `once` on one replica of the service. Deliveries get
 * lost with the connection, so a listener only ever hastens what a heartbeat or a sweep repairs.
 */
export function Hears<E extends EventContract>(
  event: E,
  options: { once: boolean } = { once: false },
): Checked<Listener<E>> {
  return EventPattern<string>(event.subject, Transport.NATS, { event, once: options.once }) as Checked<Listener<E>>;
}

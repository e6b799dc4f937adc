import { headers, type MsgHdrs } from '@nats-io/transport-node';

/**
 * A row stream: bytes from one process to another over private subjects. The receiver owns the data subject and grants
 * credit, the highest chunk number that it is ready for, on the control subject that the sender names as reply. So a
 * slow reader holds back the producer, and nothing is ever buffered beyond the window.
 *
 *   sender -> data      open · chunk 1, 2, 3 … · alive (while the source is slow) · end | abort
 *   receiver -> control credit n · cancel
 *
 * The bus may lose messages with a connection: numbers reveal a gap, silence reveals a dead peer, and either ends the
 * stream as broken. A stream never ends well with a byte missing.
 */
export const CHUNK_BYTES = 256 * 1024;
/** Smaller pieces wait for each other: every chunk costs a message, and only a few are under way at a time. */
export const WORTH_SENDING_BYTES = 128 * 1024;
/** Chunks that may be under way. 4 of them reach over 500 MB/s on one machine. */
export const WINDOW_CHUNKS = 4;
/** The sender says that it lives this often while it has nothing to send, in milliseconds. */
export const ALIVE_MS = 2_000;
/** A peer that is silent for this long is gone. */
export const SILENCE_MS = 10_000;
/** A reader that takes nothing for this long is dropped. */
export const STALL_MS = 30_000;

const KIND = 'Sluice-Stream';
const NUMBER = 'Sluice-Chunk';

export type ToReceiver = 'open' | 'chunk' | 'alive' | 'end' | 'abort';
export type ToSender = 'credit' | 'cancel';

/** The headers of one stream message; `number` is the chunk's, or how far credit reaches, or how many there were. */
export function streamHeaders(kind: ToReceiver | ToSender, number: number): MsgHdrs {
  const hdrs = headers();
  hdrs.set(KIND, kind);
  hdrs.set(NUMBER, String(number));
  return hdrs;
}

export function readStreamHeaders(hdrs: MsgHdrs | undefined): { kind: string; number: number } {
  return { kind: hdrs?.get(KIND) ?? '', number: Number(hdrs?.get(NUMBER) || 0) };
}

/** The other side is gone, gave up or lost a message: what arrived so far is not the whole. */
export class StreamBroken extends Error {}

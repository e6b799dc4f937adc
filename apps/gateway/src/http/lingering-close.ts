import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream';

const MAX_MS = 2_000;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads over what still comes of a refused body before its connection is closed, for 2 s and 16 MiB at most. A system that
 * closes a connection with unread bytes resets it, and a client or proxy that is still sending loses the answer
 * (RFC 9112 section 9.6).
 */
export function lingerBeforeClose(request: IncomingMessage): void {
  const { socket } = request;
  const close = socket.destroySoon.bind(socket);
  socket.destroySoon = () => {
    socket.end();
    let bytes = 0;
    const timer = setTimeout(close, MAX_MS);
    const end = () => {
      clearTimeout(timer);
      close();
    };
    finished(request, end);
    request.resume().on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) end();
    });
  };
}

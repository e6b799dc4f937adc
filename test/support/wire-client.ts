import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

const PLENTY = Number.POSITIVE_INFINITY;

/** An answer as it came over the wire: nothing of it is unpacked. */
export interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  /** Of the body, as they came over the wire. */
  bytes: number;
  text: string;
  isWhole: boolean;
}

/** Asks with a token over a connection of its own, and leaves once `enough` bytes have come. */
export function askOverWire(
  url: string,
  secret: string,
  more: Readonly<Record<string, string>> = {},
  method = 'GET',
  enough = PLENTY,
) {
  return new Promise<Received>((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}`, ...more };
    const sent = request(url, { method, headers, agent: false }, (answer: IncomingMessage) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes < 10_000) pieces.push(piece);
        if (bytes >= enough) answer.destroy();
      });
      answer.on('error', () => {});
      answer.on('close', () => {
        const { statusCode: status = 0, headers: told, complete: isWhole } = answer;
        resolve({ status, headers: told, bytes, text: Buffer.concat(pieces).toString(), isWhole });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

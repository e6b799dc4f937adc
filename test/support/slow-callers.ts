import { connect, type Socket } from 'node:net';
import { waitFor } from './wait-for';

/** Callers that begin a request and send no more of it. */
export class SlowCallers {
  private readonly sockets: Socket[] = [];

  constructor(private readonly at: { readonly url: string }) {}

  /** Opens so many connections, each of which sends this text; its lines end as those of HTTP do. */
  async begin(text: string, count: number): Promise<void> {
    const { hostname, port } = new URL(this.at.url);
    for (let opened = 0; opened < count; opened++) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      socket.once('connect', () => socket.write(text.replaceAll('\n', '\r\n')));
      this.sockets.push(socket);
    }
    await waitFor('the connections', () => this.sockets.every((socket) => !socket.connecting || socket.destroyed));
  }

  leave(): void {
    for (const socket of this.sockets.splice(0)) socket.destroy();
  }
}

/** The head of a request whose body has 100 bytes, which its sender owes. */
export function headOf(method: string, path: string, secret?: string): string {
  const bearer = secret ? `Authorization: Bearer ${secret}\n` : '';
  return `${method} ${path} HTTP/1.1\nHost: localhost\n${bearer}Content-Type: application/json\nContent-Length: 100\n\n`;
}

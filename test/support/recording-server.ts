import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came. */
export interface Recorded {
  method: string;
  path: string;
  parameters: [name: string, value: string][];
  headers: IncomingHttpHeaders;
  body: string;
}

/** A server that answers every request with the same JSON, and keeps what it was asked. */
export class RecordingServer {
  /** What it refuses everything with; null while it does not. */
  refusal: string | null = null;
  readonly requests: Recorded[] = [];
  private readonly server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://host');
    const { method = '', headers } = request;
    const body = Buffer.concat(chunks).toString();
    this.requests.push({ method, path: pathname, parameters: [...searchParams], headers, body });
    response.statusCode = this.refusal === null ? 200 : 400;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: [], detail: this.refusal }));
  });

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from '@nats-io/transport-node';
import fastify from 'fastify';
import type { BusAddress } from '../../apps/standalone/src/first-start/first-secrets';
import { httpSide } from './http-side';
import type { Side } from './side';

/**
 * What an answer costs at the least, as processes of their own beside the product: a bare Fastify route that sends bytes
 * from memory, and one that fetches the same bytes with one NATS round trip from another process.
 */
export class Baseline {
  private constructor(
    private readonly processes: ChildProcess[],
    private readonly url: string,
  ) {}

  static async start(bus: BusAddress, body: string): Promise<Baseline> {
    const responder = fork(__filename, ['responder']);
    responder.send({ bus, body });
    await once(responder, 'message');
    const server = fork(__filename, ['server']);
    server.send({ bus, body });
    const [{ port }] = await once(server, 'message');
    return new Baseline([responder, server], `http://127.0.0.1:${port}`);
  }

  /** A bare Fastify route, and one NATS round trip behind it. */
  sides(): Side[] {
    const [responder, server] = this.processes;
    const side = (name: string, path: string, pids: Side['pids']) =>
      httpSide({ name, url: this.url, pids, words: () => ({ method: 'GET', path }) });
    return [
      side('Fastify', '/memory', () => [server?.pid]),
      side('NATS', '/nats', () => [server?.pid, responder?.pid]),
    ].map(({ rows: _, ...side }) => ({ ...side, isFloor: true }));
  }

  stop(): void {
    for (const process of this.processes) process.kill();
  }
}

const SUBJECT = 'baseline.bytes.read';
interface Setting {
  bus: BusAddress;
  body: string;
}

async function respond({ bus, body }: Setting): Promise<void> {
  const connection = await connect({ servers: bus.url, user: bus.user, pass: bus.password });
  const bytes = Buffer.from(body);
  connection.subscribe(SUBJECT, { callback: (_error, message) => void message.respond(bytes) });
  await connection.flush();
  process.send?.({ ready: true });
}

async function serve({ bus, body }: Setting): Promise<void> {
  const connection = await connect({ servers: bus.url, user: bus.user, pass: bus.password });
  const bytes = Buffer.from(body);
  const question = Buffer.alloc(300);
  const server = fastify();
  server.get('/memory', async (_request, reply) => reply.type('application/json').send(bytes));
  server.get('/nats', async (_request, reply) => {
    const answer = await connection.request(SUBJECT, question, { timeout: 5_000 });
    return reply.type('application/json').send(Buffer.from(answer.data));
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const address = server.server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : null });
}

if (require.main === module) {
  const role = process.argv[2] === 'server' ? serve : respond;
  process.once('message', (setting: Setting) => void role(setting));
  process.on('disconnect', () => process.exit(0));
}

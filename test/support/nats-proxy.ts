import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { NatsParser, type NatsUnit } from './nats-parser';

/** One message on its way through a proxy. */
interface PassingMessage {
  /** `out`: from the process to the server. */
  direction: 'in' | 'out';
  subject: string;
  /** Of an answer: the subject of the request that it answers. */
  answers?: string;
}

/** What becomes of a message: it passes, it is lost, or it goes on when a promise says so, later ones before it. */
export type Rule = (message: PassingMessage) => 'pass' | 'drop' | Promise<unknown>;

/** Whether a subject fits a pattern with the wildcards of NATS. */
export function fits(pattern: string, subject: string): boolean {
  const [wanted, words] = [pattern.split('.'), subject.split('.')];
  const tail = wanted.indexOf('>');
  if (tail >= 0 ? words.length <= tail : words.length !== wanted.length) return false;
  return wanted.every(
    (word, index) => word === '>' || (tail >= 0 && index > tail) || word === '*' || word === words[index],
  );
}

/**
 * The way of one process to nats-server, which a test can disturb: single messages lost, late or out of order by their
 * subject, the connection cut, or standing still as over a network that lost its route.
 */
export class NatsProxy {
  private readonly links = new Set<Socket>();
  private readonly inboxes = new Map<string, string>();
  private rule: Rule = () => 'pass';
  private refusing = false;
  private still: Promise<void> | null = null;
  private move: () => void = () => {};
  dropped = 0;

  private constructor(
    private readonly server: Server,
    private readonly target: () => string,
  ) {}

  /** `target` is asked at each connection: the server may not be there yet. */
  static async start(target: () => string): Promise<NatsProxy> {
    const server = createServer({ noDelay: true });
    const proxy = new NatsProxy(server, target);
    server.on('connection', (client) => proxy.link(client));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on messages go by this rule; without one all pass. */
  disturb(rule: Rule = () => 'pass'): void {
    this.rule = rule;
  }

  /** Connections break, and new ones are refused. */
  cut(): void {
    this.refusing = true;
    for (const socket of this.links) socket.destroy();
  }

  /** No byte moves in either direction, and nobody is told; what was sent arrives after `restore`. */
  freeze(): void {
    this.still ??= new Promise((resolve) => {
      this.move = resolve;
    });
  }

  restore(): void {
    this.refusing = false;
    this.still = null;
    this.move();
  }

  async close(): Promise<void> {
    this.cut();
    this.restore();
    this.refusing = true;
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  private link(client: Socket): void {
    if (this.refusing) {
      client.destroy();
      return;
    }
    const { hostname, port } = new URL(this.target());
    const server = createConnection({ host: hostname, port: Number(port), noDelay: true });
    const ends = [client, server];
    for (const end of ends) {
      this.links.add(end);
      end.on('error', () => {});
      end.on('close', () => {
        this.links.delete(end);
        for (const other of ends) other.destroy();
      });
    }
    this.carry(client, server, 'out').catch(() => client.destroy());
    this.carry(server, client, 'in').catch(() => server.destroy());
  }

  private async carry(from: Socket, to: Socket, direction: 'in' | 'out'): Promise<void> {
    const parser = new NatsParser();
    for await (const chunk of from) {
      while (this.still !== null) await this.still;
      for (const unit of parser.push(chunk as Buffer)) this.pass(unit, to, direction);
    }
  }

  private pass({ bytes, subject, reply }: NatsUnit, to: Socket, direction: 'in' | 'out'): void {
    if (subject === undefined) {
      to.write(bytes);
      return;
    }
    const answers = this.inboxes.get(subject);
    this.inboxes.delete(subject);
    if (reply) this.inboxes.set(reply, subject);
    const fate = this.rule({ direction, subject, answers });
    if (fate === 'pass') to.write(bytes);
    else if (fate === 'drop') this.dropped++;
    else
      void fate.then(() => {
        if (!to.destroyed) to.write(bytes);
      });
  }
}

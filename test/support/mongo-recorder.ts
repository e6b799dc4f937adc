import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { mongo } from 'mongoose';

/** A command on its way to MongoDB. */
export interface RecordedCommand {
  /** The name that the program gives itself, such as `sluice-tokens`. */
  app: string;
  database: string;
  command: string;
  /** Of an aggregation: the names of its stages. */
  stages: string[];
}

const HEADER_BYTES = 16;
const OPCODE_AT = 12;
const OP_MSG = 2013;
const OP_QUERY = 2004;

/** A way to a MongoDB engine, over TCP, on which every command is seen (OP_MSG and OP_QUERY of MongoDB's wire protocol). */
export class MongoRecorder {
  readonly commands: RecordedCommand[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly socketPath: string,
    private readonly options: string,
  ) {}

  /** `target` is the URL of an engine on a Unix socket. */
  static async start(target: string): Promise<MongoRecorder> {
    const [, host = '', options = ''] = /^mongodb:\/\/([^/]+)\/(.*)$/.exec(target) ?? [];
    const server = createServer({ noDelay: true });
    const recorder = new MongoRecorder(server, decodeURIComponent(host), options);
    server.on('connection', (client) => recorder.link(client));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return recorder;
  }

  get url(): string {
    return `mongodb://127.0.0.1:${(this.server.address() as AddressInfo).port}/${this.options}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  private link(client: Socket): void {
    const engine = createConnection(this.socketPath);
    let app = '';
    let rest = Buffer.alloc(0);
    client.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= HEADER_BYTES && rest.length >= rest.readInt32LE(0)) {
        const message = rest.subarray(0, rest.readInt32LE(0));
        rest = rest.subarray(message.length);
        const body = bodyOf(message);
        app ||= body.client?.application?.name ?? '';
        this.record(app, body);
      }
      engine.write(chunk);
    });
    engine.on('data', (chunk) => client.write(chunk));
    for (const [one, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  }

  private record(app: string, { $db = 'admin', pipeline, ...body }: CommandBody): void {
    const [command = ''] = Object.keys(body);
    const stages = (pipeline ?? []).flatMap((stage) => Object.keys(stage));
    this.commands.push({ app, database: $db, command, stages });
  }
}

interface CommandBody {
  $db?: string;
  client?: { application?: { name?: string } };
  pipeline?: object[];
}

function bodyOf(message: Buffer): CommandBody {
  const opcode = message.readInt32LE(OPCODE_AT);
  const flagBytes = 4;
  if (opcode === OP_MSG) return readBody(message, HEADER_BYTES + flagBytes);
  if (opcode !== OP_QUERY) throw new Error(`the opcode ${opcode} is not expected`);
  const nameEnds = message.indexOf(0, HEADER_BYTES + flagBytes);
  return readBody(message, nameEnds + 1 + 2 * flagBytes - 1);
}

/** Reads the one document of a command; batches of documents stand in sections of their own, which may come first. */
function readBody(message: Buffer, start: number): CommandBody {
  let at = start;
  while (message[at] === 1) at += 1 + message.readInt32LE(at + 1);
  const length = message.readInt32LE(at + 1);
  return mongo.BSON.deserialize(message.subarray(at + 1, at + 1 + length)) as CommandBody;
}

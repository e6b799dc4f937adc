import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import staticFiles from '@fastify/static';
import fastify from 'fastify';

/** A folder as bare Fastify serves it with its own plugin for files, in a process of its own: what a range costs at the least. */
export class StaticFiles {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  static async start(directory: string): Promise<StaticFiles> {
    const server = fork(__filename, [directory]);
    const [{ port }] = await once(server, 'message');
    return new StaticFiles(server, `http://127.0.0.1:${port}`);
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  stop(): void {
    this.process.kill();
  }
}

async function serve(root: string): Promise<void> {
  const server = fastify();
  await server.register(staticFiles, { root });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const address = server.server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : null });
}

if (require.main === module) {
  process.on('disconnect', () => process.exit(0));
  void serve(process.argv[2] ?? '.');
}

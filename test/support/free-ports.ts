import { createServer } from 'node:net';

/** Below those that systems give to outgoing connections: one of those could take a port before what it is meant for starts. */
const [FIRST, END] = [15_000, 32_000];

/** Ports that nobody listens on, all different; what takes them is started at once. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = FIRST + Math.floor(Math.random() * (END - FIRST));
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

import { createServer } from 'node:net';
import { StartFailure } from './start-failure';

/** Fails with one clear line when somebody else has the port, before anything else is started. */
export async function expectFreePort(port: number, host: string): Promise<void> {
  const server = createServer();
  const code = await new Promise<string | null>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => resolve(null));
  });
  if (code === null) {
    await new Promise((resolve) => {
      server.close(resolve);
    });
    return;
  }
  if (code === 'EADDRNOTAVAIL') {
    throw new StartFailure(`${host} is no address of this machine: set HOST to one, or to 0.0.0.0 for all of them`);
  }
  const reason = code === 'EADDRINUSE' ? 'is already in use' : `cannot be opened (${code})`;
  throw new StartFailure(`port ${port} ${reason}: set PORT to a free one, such as PORT=${port + 1} npm start`);
}

import { createServer } from 'node:net';
import { StartFailure } from './start-failure';

/** Fails with one clear line when somebody else has the port, before anything else is started. */
export async function expectFreePort(port: number): Promise<void> {
  const server = createServer();
  const code = await new Promise<string | null>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, () => resolve(null));
  });
  if (code === null) {
    await new Promise((resolve) => {
      server.close(resolve);
    });
    return;
  }
  const reason = code === 'EADDRINUSE' ? 'is already in use' : `cannot be opened (${code})`;
  throw new StartFailure(`port ${port} ${reason}: set PORT to a free one, such as PORT=${port + 1} npm start`);
}

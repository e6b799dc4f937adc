import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { freePorts } from '../test/support/free-ports';
import { read } from '../test/support/publisher';
import type { Stack } from '../test/support/stack';
import { waitFor } from '../test/support/wait-for';

/** A gateway beside those of a stack, whose log nobody reads. */
export interface ExtraGateway {
  url: string;
  process: ChildProcess;
}

/** Starts one from a built file, given from this folder, with more environment. */
export async function startGateway(stack: Stack, file: string, more: NodeJS.ProcessEnv): Promise<ExtraGateway> {
  const [port = 0] = await freePorts(1);
  const env = {
    ...process.env,
    NATS_URL: stack.bus.url,
    NATS_USER: stack.bus.user,
    NATS_PASSWORD: stack.bus.password,
    PORT: String(port),
    HEALTH_PORT: '0',
    ...more,
  };
  const child = fork(join(__dirname, file), { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return { url: `http://127.0.0.1:${port}`, process: child };
}

/** Gives the body of a page once a gateway has it. */
export function whenServing(url: string, path: string, secret: string): Promise<string> {
  return waitFor(`rows from ${url}`, async () => {
    const { status, text } = await read(url, path, secret);
    return status === 200 && text;
  });
}

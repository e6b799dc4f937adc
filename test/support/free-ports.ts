import { type AddressInfo, createServer } from 'node:net';

/** Ports that nobody listens on, all different; what takes them is started at once. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) {
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
  return ports;
}

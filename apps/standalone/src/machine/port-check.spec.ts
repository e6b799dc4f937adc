import { type AddressInfo, createServer } from 'node:net';
import { expectFreePort } from './port-check';

test('a taken port is one clear line that names PORT', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await expect(expectFreePort(port, '127.0.0.1')).rejects.toThrow(
    `port ${port} is already in use: set PORT to a free one`,
  );
  await new Promise((resolve) => {
    server.close(resolve);
  });
  await expect(expectFreePort(port, '127.0.0.1')).resolves.toBeUndefined();
});

test('an address of another machine is one clear line that names HOST', async () => {
  await expect(expectFreePort(0, '192.0.2.1')).rejects.toThrow('192.0.2.1 is no address of this machine: set HOST');
});

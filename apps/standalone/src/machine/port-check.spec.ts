import { type AddressInfo, createServer } from 'node:net';
import { expectFreePort } from './port-check';

test('a taken port is one clear line that names PORT', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await expect(expectFreePort(port)).rejects.toThrow(`port ${port} is already in use: set PORT to a free one`);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  await expect(expectFreePort(port)).resolves.toBeUndefined();
});

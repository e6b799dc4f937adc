import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { FetchLimit } from './fetch-limit';
import { guardedFetch, isPublicAddress } from './guarded-fetch';

const INSIDE = [
  '127.0.0.1',
  '127.8.8.8',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'fc00::1',
  'fe80::1',
  'ff02::1',
];

test.each(INSIDE)('no document of a client is fetched from %s', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])('documents are fetched from %s', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test('an address of the inside is not even connected to, however it is written, and nothing is fetched by plain http', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  const fetch = guardedFetch(isPublicAddress);
  try {
    for (const host of ['localhost', '127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]'])
      await expect(fetch(`https://${host}:${port}/`)).rejects.toThrow('none is fetched from');
    await expect(fetch(`http://93.184.215.14:${port}/`)).rejects.toThrow('none is fetched from');
    expect(connections).toBe(0);
  } finally {
    server.close();
  }
});

test('one network has 20 documents fetched in a minute, and others theirs', () => {
  const limit = new FetchLimit();
  const taken = Array.from({ length: 25 }, () => limit.take('192.0.2.1'));
  expect(taken.filter(Boolean)).toHaveLength(20);
  expect(limit.take('192.0.2.2')).toBe(true);
});

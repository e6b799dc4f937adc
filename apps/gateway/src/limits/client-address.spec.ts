import { AddressList, networkOf } from './client-address';

describe('the addresses that may use a token', () => {
  const list = new AddressList(['10.0.0.0/8', '192.168.1.1', '2001:db8::/32', 'fd00::7']);

  it.each(['10.255.0.1', '::ffff:10.1.2.3', '192.168.1.1', '2001:db8:1::5', '2001:0DB8::1', 'fd00::7'])(
    'are those of its blocks, however they are written: %s',
    (address) => {
      expect([list.has(address), list.has(address)]).toEqual([true, true]);
    },
  );

  it.each(['11.0.0.1', '192.168.1.2', '::ffff:192.168.1.2', '2001:db9::1', 'fd00::8', 'nowhere', ''])(
    'are no others: %j',
    (address) => {
      expect(list.has(address)).toBe(false);
    },
  );
});

describe('what failures are counted under', () => {
  it.each([
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:aaaa::1', networkOf('2001:db8:1:2::')],
    ['nowhere', 'unknown'],
  ])('for %s is its network', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

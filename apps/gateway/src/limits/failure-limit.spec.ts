import { AddressList, networkOf } from './client-address';
import { FailureLimit } from './failure-limit';

function setUp() {
  const clock = { now: 0, monotonicMs: () => clock.now, wallMs: () => clock.now };
  const failures = new FailureLimit(clock);
  const fails = (address: string, secretHash?: string) => {
    try {
      failures.take(address, secretHash);
      return 'may try';
    } catch (error) {
      return (error as { headers: Record<string, string> }).headers['retry-after'];
    }
  };
  return { clock, failures, fails };
}

describe('failures of an address', () => {
  it('are twenty at once, then one a second, however long it was quiet', () => {
    const { clock, fails } = setUp();
    clock.now = 3_600_000;
    for (let i = 0; i < 20; i++) expect(fails('192.0.2.1')).toBe('may try');
    expect(fails('192.0.2.1')).toBe('1');
    clock.now += 999;
    expect(fails('192.0.2.1')).toBe('1');
    clock.now += 1;
    expect([fails('192.0.2.1'), fails('192.0.2.1')]).toEqual(['may try', '1']);
  });

  it('that were no failures in the end are given back', () => {
    const { failures, fails } = setUp();
    for (let i = 0; i < 100; i++) failures.take('192.0.2.1')();
    expect(fails('192.0.2.1')).toBe('may try');
  });

  it('are counted for each address on its own, and for an IPv6 network of 64 bits as one', () => {
    const { fails } = setUp();
    for (let i = 0; i < 20; i++) fails('192.0.2.1');
    for (let i = 0; i < 20; i++) fails(`2001:db8::${i}`);
    expect(['192.0.2.1', '::ffff:192.0.2.1', '2001:db8::abcd'].map((address) => fails(address))).toEqual([
      '1',
      '1',
      '1',
    ]);
    expect(['192.0.2.2', '2001:db8:0:1::1'].map((address) => fails(address))).toEqual(['may try', 'may try']);
  });

  it('do not keep a secret from being verified that proved good before, until it is refused', () => {
    const { failures, fails } = setUp();
    failures.learned('good', true);
    for (let i = 0; i < 20; i++) fails('192.0.2.1');
    expect([fails('192.0.2.1', 'good'), fails('192.0.2.1', 'other')]).toEqual(['may try', '1']);
    failures.learned('good', false);
    expect(fails('192.0.2.1', 'good')).toBe('1');
  });
});

describe('the addresses of a token', () => {
  const list = new AddressList(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1']);

  it.each(['10.1.2.3', '192.0.2.7', '::ffff:10.0.0.1', '2001:db8:ffff::1', '::1'])('have %s', (address) => {
    expect(list.has(address)).toBe(true);
  });

  it.each(['11.0.0.1', '192.0.2.8', '2001:db9::1', '::2', '::a00:1', 'unknown', ''])('do not have "%s"', (address) => {
    expect(list.has(address)).toBe(false);
  });

  it('that cannot be read are one network', () => {
    expect(networkOf('@')).toBe(networkOf(''));
  });
});

import { AddressList, networkOf } from './client-address';
import { FailureLimit } from './failure-limit';

function setUp() {
  const clock = { now: 0, monotonicMs: () => clock.now, wallMs: () => clock.now };
  const failures = new FailureLimit(clock);
  const waitOf = (error: unknown) => (error as { headers: Record<string, string> }).headers['retry-after'];
  const fails = (address: string) => {
    try {
      failures.count(address);
      return 'may try';
    } catch (error) {
      return waitOf(error);
    }
  };
  const begins = (secretHash: string, address = '192.0.2.1') =>
    failures.attempt(address, secretHash).then(() => 'may try', waitOf);
  return { clock, failures, fails, begins };
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

  it('that were no failures in the end are given back', async () => {
    const { failures, fails } = setUp();
    for (let i = 0; i < 100; i++) (await failures.attempt('192.0.2.1', `secret ${i}`))(false);
    expect(fails('192.0.2.1')).toBe('may try');
  });

  it('of one secret that many requests bring at a time are one', async () => {
    const { failures, fails } = setUp();
    for (let i = 0; i < 18; i++) fails('192.0.2.1');
    const ended = await failures.attempt('192.0.2.1', 'new');
    for (let i = 0; i < 100; i++) (await failures.attempt('192.0.2.1', 'new'))(true);
    ended(true);
    expect([fails('192.0.2.1'), fails('192.0.2.1')]).toEqual(['may try', '1']);
  });

  it('are none where many good secrets come at once: they wait for each other', async () => {
    const { failures } = setUp();
    const verified = Array.from({ length: 200 }, async (_, index) => {
      const ended = await failures.attempt('192.0.2.1', `good ${index}`);
      await Promise.resolve();
      ended(false);
    });
    await expect(Promise.all(verified)).resolves.toHaveLength(200);
  });

  it('are twenty also where many bad secrets come at once, and nobody waits for them for long', async () => {
    const { clock, failures, begins } = setUp();
    const trials = await Promise.all(Array.from({ length: 20 }, (_, i) => failures.attempt('192.0.2.1', `bad ${i}`)));
    const [late, later] = [begins('late'), begins('later')];
    for (const ended of trials.slice(1)) ended(true);
    clock.now = 999;
    trials[0]?.(true);
    expect(await Promise.all([late, later])).toEqual(['1', '1']);
    clock.now = 1_000;
    const slow = await failures.attempt('192.0.2.1', 'slow');
    const waiting = begins('waiting');
    clock.now = 1_999;
    expect(await Promise.race([waiting, 'still waiting'])).toBe('still waiting');
    slow(true);
    expect(await waiting).toBe('1');
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

  it('do not keep a secret from being verified that proved good before, until it is refused', async () => {
    const { failures, fails, begins } = setUp();
    failures.learn('good', true);
    for (let i = 0; i < 20; i++) fails('192.0.2.1');
    expect([await begins('good'), await begins('other')]).toEqual(['may try', '1']);
    failures.learn('good', false);
    expect(await begins('good')).toBe('1');
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

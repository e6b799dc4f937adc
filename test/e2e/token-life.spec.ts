import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { Receipt, RotatedToken } from '@sluice/contracts/tokens/tokens';
import { newSecret } from '@sluice/runtime/new-secret';
import { Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

/** Every gateway believes a proxy on this machine, so that a test can come from any address. */
const env = { SLUICE_TRUSTED_PROXIES: '127.0.0.1' };
const from = (address: string) => ({ 'x-forwarded-for': address });

describe('tokens on three gateways', () => {
  const stack = useStack({ gateways: 3, env });
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    open = await publisher.publish('Rows', 'csv', 'a\n1\n');
  });

  const assigned = async (name: string, more: Parameters<Publisher['token']>[1] = {}) => {
    const issued = await publisher.token(name, more);
    await publisher.assign(open.api.id, issued.token.id);
    return issued;
  };
  const statuses = (secret: string, headers = {}) =>
    Promise.all(stack.gateways.map(async (gateway) => (await read(gateway, 'rows', secret, headers)).status));
  const answering = (secret: string, status: number) =>
    waitFor(`${status} everywhere`, async () => (await statuses(secret)).every((each) => each === status));
  const receiptOf = (json: unknown) => Receipt.parse((json as { receipt: unknown }).receipt);

  it('of every kind that is refused get byte-identical answers', async () => {
    const [revoked, disabled, expiring] = await Promise.all([
      assigned('Revoked'),
      assigned('Disabled'),
      assigned('Expired', { expiresAt: new Date(Date.now() + 1_500).toISOString() }),
    ]);
    await publisher.call('POST', `/tokens/${revoked.token.id}/revoke`);
    await publisher.call('PATCH', `/tokens/${disabled.token.id}`, { disabled: true }, { 'if-match': '"1"' });
    await waitFor('the expiry', async () => (await read(stack.url, 'rows', expiring.secret)).status === 401);
    const secrets = [
      revoked.secret,
      disabled.secret,
      expiring.secret,
      newSecret('slc'),
      'slc_malformed',
      stack.adminKey,
    ];
    const answers: string[] = [];
    for (const [index, secret] of secrets.entries()) {
      const { status, headers, text } = await read(stack.url, 'rows', secret, from(`192.0.2.${index}`));
      const id = headers.get('x-request-id') ?? 'none';
      const fields = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
      answers.push(JSON.stringify([status, fields, text.replace(id, 'the id')]));
    }
    expect(answers[0]).toMatch(/^\[401,/);
    expect([...new Set(answers)]).toHaveLength(1);
  });

  it('in the query or the body count as none at all, and two of them on one connection are refused', async () => {
    const none = await fetch(`${stack.url}/api/rows`);
    const inQuery = await fetch(`${stack.url}/api/rows?access_token=${open.secret}`);
    const inBody = await fetch(`${stack.url}/api/rows/_query`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `access_token=${open.secret}`,
    });
    for (const answer of [none, inQuery, inBody]) {
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="sluice"');
    }
    const authorization = `Authorization: Bearer ${open.secret}\r\n`;
    const head = `GET /api/rows HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`;
    expect(await exchange(stack.url, `${head}${authorization}\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await exchange(stack.url, `${head}${authorization}${authorization}\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await exchange(stack.url, `${head}${authorization}authorization: Basic eDp5\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  it('that are guessed cost their address its failures, and nobody else', async () => {
    const [gateway = ''] = stack.gateways;
    const { secret } = await assigned('Good behind the same address');
    const guesser = from('203.0.113.7');
    expect((await read(gateway, 'rows', secret, guesser)).status).toBe(200);
    // One more is forgiven each second: on a busy machine one look may come too late, and is taken again.
    const guess = (times: number) =>
      Promise.all(Array.from({ length: times }, () => read(gateway, 'rows', newSecret('slc'), guesser)));
    const startedMs = performance.now();
    const guesses = await guess(60);
    const forgiven = Math.ceil((performance.now() - startedMs) / 1_000);
    const refused = guesses.filter(({ status }) => status === 401).length;
    const limited = guesses.filter(({ status }) => status === 429);
    expect(refused).toBeGreaterThanOrEqual(20);
    expect(refused).toBeLessThanOrEqual(20 + forgiven);
    expect(refused + limited.length).toBe(60);
    expect(limited[0]).toMatchObject({ json: { code: 'too_many_failures' } });
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    const isLimited = (sent: string) =>
      waitFor('a refusal right behind guesses', async () => {
        await guess(5);
        return (await read(gateway, 'rows', sent, guesser)).status === 429;
      });
    await isLimited('slc_malformed');
    expect((await read(gateway, 'rows', secret, guesser)).status).toBe(200);
    expect((await read(gateway, 'rows', newSecret('slc'), from('203.0.113.8'))).status).toBe(401);
    const unproven = await assigned('New behind the same address');
    await isLimited(unproven.secret);
    await waitFor('the next failure to be free', async () => {
      return (await read(gateway, 'rows', unproven.secret, guesser)).status === 200;
    });
  });

  it('that come in numbers for the first time are no guesses: none of them is told to wait', async () => {
    const fresh: Awaited<ReturnType<typeof assigned>>[] = [];
    // One after the other: all of them change one API, and what comes at once here is their use.
    while (fresh.length < 40) fresh.push(await assigned(`Fresh ${fresh.length}`));
    const gateway = stack.gateways[2] ?? '';
    const client = from('203.0.113.50');
    const [first] = fresh;
    const same = Array.from({ length: 100 }, () => read(gateway, 'rows', first?.secret ?? '', client));
    const all = fresh.map(({ secret }) => read(gateway, 'rows', secret, client));
    const answers = await Promise.all([...same, ...all]);
    expect(answers.filter(({ status }) => status !== 200).map(({ text }) => text)).toEqual([]);
  });

  it('that are guessed from one IPv6 network share its failures', async () => {
    const [, gateway = ''] = stack.gateways;
    const guess = (address: string) => read(gateway, 'rows', newSecret('slc'), from(address));
    const same = await Promise.all(Array.from({ length: 40 }, (_, index) => guess(`2001:db8:1:2::${index}`)));
    expect(same.some(({ status }) => status === 429)).toBe(true);
    expect((await guess('2001:db8:1:3::1')).status).toBe(401);
  });

  it('for some addresses are refused from any other, whatever a client claims', async () => {
    const { secret } = await assigned('Only from there', {
      limits: { allowedAddresses: ['198.51.100.0/24', '2001:db8:ff::/48', '203.0.113.99'] },
    });
    const allowed = ['198.51.100.200', '2001:db8:ff::7', '203.0.113.99', '::ffff:198.51.100.1'];
    for (const address of allowed) expect(await statuses(secret, from(address))).toEqual([200, 200, 200]);
    const foreign = ['198.51.101.1', '2001:db8:fe::1', '203.0.113.98'];
    for (const address of foreign) expect(await statuses(secret, from(address))).toEqual([403, 403, 403]);
    expect(await statuses(secret, from('198.51.100.1, 192.0.2.1'))).toEqual([403, 403, 403]);
    expect(await read(stack.url, 'rows', secret)).toMatchObject({ json: { code: 'address_not_allowed' } });
  });

  it('are rotated without a gap: both secrets work on every gateway until the grace is over', async () => {
    const { token, secret } = await assigned('Rotated');
    await answering(secret, 200);
    const rotate = async (graceSeconds: number) => {
      const { status, json } = await publisher.call('POST', `/tokens/${token.id}/rotate`, { graceSeconds });
      expect(status).toBe(201);
      return RotatedToken.parse(json);
    };
    const second = await rotate(2);
    expect(await statuses(secret)).toEqual([200, 200, 200]);
    expect(await statuses(second.secret)).toEqual([200, 200, 200]);
    expect(Date.parse(second.token.rotation?.endsAt ?? '')).toBeGreaterThan(Date.now());
    await answering(secret, 401);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(second.token.rotation?.endsAt ?? '') - 50);
    expect(await statuses(second.secret)).toEqual([200, 200, 200]);
    const third = await rotate(0);
    expect(third.receipt).toMatchObject({ missing: [] });
    expect(await statuses(second.secret)).toEqual([401, 401, 401]);
    expect(await statuses(third.secret)).toEqual([200, 200, 200]);
  });

  it('that are disabled are refused within a second, and work again once they are enabled', async () => {
    const { token, secret } = await assigned('Switched');
    await answering(secret, 200);
    const change = (disabled: boolean, revision: number) =>
      publisher.call('PATCH', `/tokens/${token.id}`, { disabled }, { 'if-match': `"${revision}"` });
    expect(await change(true, 1)).toMatchObject({ status: 200, json: { state: 'disabled' } });
    await waitFor('refusals', async () => (await statuses(secret)).every((status) => status === 401), 1_000);
    expect(await change(false, 2)).toMatchObject({ status: 200, json: { state: 'active' } });
    await answering(secret, 200);
  });

  it('are refused by every gateway that a receipt names, from its answer on', async () => {
    for (let round = 0; round < 20; round++) {
      const { token, secret } = await assigned(`Receipt ${round}`);
      await answering(secret, 200);
      const { status, json } = await publisher.call('POST', `/tokens/${token.id}/revoke`);
      expect(await statuses(secret)).toEqual([401, 401, 401]);
      const receipt = receiptOf(json);
      expect({ status, acknowledged: receipt.acknowledged.length, missing: receipt.missing }).toEqual({
        status: 200,
        acknowledged: 3,
        missing: [],
      });
      expect(receipt.totalMs).toBeLessThan(1_000);
    }
  });

  it('revoked while a gateway is frozen: the receipt names it within about 2 s, and it refuses once it is back', async () => {
    const { token, secret } = await assigned('Frozen');
    await answering(secret, 200);
    const pid = stack.pid('gateway-3') ?? 0;
    process.kill(pid, 'SIGSTOP');
    try {
      const receipt = receiptOf((await publisher.call('POST', `/tokens/${token.id}/revoke`)).json);
      expect(receipt.missing).toEqual([expect.stringMatching(new RegExp(`-${pid}$`))]);
      expect(receipt.acknowledged).toHaveLength(2);
      expect(receipt.totalMs).toBeGreaterThanOrEqual(1_990);
      expect(receipt.totalMs).toBeLessThan(2_500);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await waitFor(
      'the refusal',
      async () => (await read(stack.gateways[2] ?? '', 'rows', secret)).status === 401,
      1_000,
    );
    const again = receiptOf((await publisher.call('POST', `/tokens/${token.id}/revoke`)).json);
    expect(again).toMatchObject({ missing: [] });
    expect(again.acknowledged).toHaveLength(3);
  });

  it('a gateway that was stopped in order is asked for no receipt', async () => {
    await stack.stopPart('gateway-3');
    try {
      const { token } = await publisher.token('Two are left');
      const receipt = receiptOf((await publisher.call('POST', `/tokens/${token.id}/revoke`)).json);
      expect(receipt).toMatchObject({ missing: [] });
      expect(receipt.acknowledged).toHaveLength(2);
    } finally {
      await stack.restart('gateway-3');
      await stack.ready();
    }
  });

  it('show to the minute when they were used last, once a gateway has told', async () => {
    const { token, secret } = await assigned('Used');
    const before = Math.floor(Date.now() / 60_000) * 60_000;
    expect((await read(stack.gateways[2] ?? '', 'rows', secret)).status).toBe(200);
    await stack.stopPart('gateway-3');
    await stack.restart('gateway-3');
    await stack.ready();
    const { json } = await publisher.call('GET', `/tokens/${token.id}`);
    const { lastUsedAt, revision, createdBy } = json as { lastUsedAt: string; revision: number; createdBy: string };
    expect(createdBy).toBe('first key');
    expect([before, before + 60_000]).toContain(Date.parse(lastUsedAt));
    expect(revision).toBe(token.revision);
  });

  it('without a registry the known routes serve and say so, and a gateway that knows none is not ready and says why', async () => {
    await stack.stopPart('registry-1');
    const health = async (gateway: string) => {
      const response = await fetch(`${gateway}/health/ready`);
      return { status: response.status, body: (await response.json()) as { parts: object; degraded: string[] } };
    };
    try {
      const [known = '', , blank = ''] = stack.gateways;
      await stack.stopPart('gateway-3');
      await stack.restart('gateway-3');
      const degraded = await waitFor('degradation', async () => {
        const { status, body } = await health(known);
        return body.degraded.length > 0 && { status, body };
      });
      expect(degraded).toMatchObject({ status: 200, body: { degraded: [expect.stringMatching(/^registry: /)] } });
      expect((await read(known, 'rows', open.secret)).status).toBe(200);
      const started = await waitFor('an answer', () => health(blank));
      expect(started).toMatchObject({
        status: 503,
        body: { parts: { registry: expect.stringMatching(/route table/) } },
      });
      await waitFor(
        'its log',
        async () => /not ready: no route table/.test(await readFile(stack.log('gateway-3'), 'utf8')),
        15_000,
      );
    } finally {
      await stack.restart('registry-1');
      await stack.ready();
    }
    await waitFor('the end of it', async () => (await health(stack.url)).body.degraded.length === 0);
  });
});

/** Sends bytes as they are, and gives what comes back until the other side closes. */
async function exchange(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

import { CALLBACK } from '../support/oauth-browser';
import { issued, OAuthFlow, statusAt } from '../support/oauth-flow';
import { Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const SOON_MS = 1_000;

describe('what OAuth issues to an agent, attacked over two gateways and two replicas of tokens', () => {
  // Each test comes from addresses of its own: what one of them fails, others do not wait for.
  const stack = useStack({ gateways: 2, tokens: 2, env: { SLUICE_TRUSTED_PROXIES: '127.0.0.1' } });
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;
  let networks = 0;

  beforeAll(async () => {
    open = await publisher.publish('OAuth attacked', 'csv', 'id\n1\n');
    await waitFor('the API', async () => (await read(stack.url, open.api.path, open.secret)).status === 200);
  });

  const flow = () => new OAuthFlow(stack.url, `192.0.2.${++networks}`);
  const code = (of: OAuthFlow) => of.code(open.secret, [open.api.id]);
  const expectRefused = async (response: Response, error: string) => {
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([400, error]);
  };
  const ended = (secret: string) =>
    waitFor(
      '401 everywhere',
      async () =>
        (await Promise.all(stack.gateways.map((each) => statusAt(each, secret)))).every((each) => each === 401),
      SOON_MS,
    );

  it('goes to no address but those that were registered, whose port is free on loopback alone', async () => {
    const application = flow();
    for (const uri of [
      'http://example.com/callback',
      'https://*.example.com/callback',
      'https://example.com/callback#part',
      'https://user@example.com/callback',
      'https://localhost/callback',
      'cursor://callback',
      'javascript:alert(1)',
    ])
      await expectRefused(await application.register({ redirect_uris: [uri] }), 'invalid_redirect_uri');
    await application.register({ redirect_uris: [CALLBACK, 'https://example.com/callback'] });
    for (const uri of [
      'https://example.com/callback/',
      'https://example.com/callback?to=x',
      'https://example.com:8443/callback',
      'https://example.com.evil.example/callback',
      CALLBACK.replace('127.0.0.1', 'localhost'),
    ]) {
      const { response, uid } = await application.browser.begin(application.parameters({ redirect_uri: uri }));
      expect([uri, response.status, response.headers.get('location'), uid]).toEqual([uri, 400, null, '']);
    }
    const moved = CALLBACK.replace(/:\d+/, ':50123');
    expect((await application.browser.begin(application.parameters({ redirect_uri: moved }))).uid).not.toBe('');
  });

  it('is for public clients: others are not registered, and nobody is given a secret', async () => {
    const application = flow();
    await expectRefused(
      await application.register({ token_endpoint_auth_method: 'client_secret_basic' }),
      'invalid_client_metadata',
    );
    const more = { scope: 'openid all', grant_types: ['authorization_code', 'password', 'refresh_token'] };
    const told = await (await application.register(more)).json();
    expect(told).toMatchObject({ scope: 'mcp', grant_types: ['authorization_code', 'refresh_token'] });
    expect(told).not.toHaveProperty('client_secret');
    const empty = await fetch(`${stack.url}/oauth/token`, {
      method: 'POST',
      headers: { 'x-forwarded-for': '192.0.2.200' },
    });
    await expectRefused(empty, 'invalid_request');
  });

  it('needs a proof key of SHA-256, and tells the client so under its own state and issuer', async () => {
    const application = flow();
    await application.register();
    for (const [name, value] of [
      ['code_challenge', ''],
      ['code_challenge_method', 'plain'],
    ] as const) {
      const { response } = await application.browser.begin(application.parameters({ [name]: value }));
      const { searchParams, origin } = new URL(response.headers.get('location') ?? '');
      expect(origin).toBe(new URL(CALLBACK).origin);
      expect(Object.fromEntries(searchParams)).toMatchObject({
        error: 'invalid_request',
        state: 'of the application',
        iss: stack.url,
      });
    }
  });

  it('is for the resource of this installation, and no other', async () => {
    const application = flow();
    await application.register();
    const elsewhere = { resource: 'https://elsewhere.example/mcp' };
    const { response } = await application.browser.begin(application.parameters(elsewhere));
    expect(new URL(response.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_target');
    await expectRefused(await application.change(await code(application), elsewhere), 'invalid_target');
  });

  it('is changed for a code by its own client, for its own address and with its own proof', async () => {
    const [application, other] = [flow(), flow()];
    await other.register();
    await expectRefused(
      await other.change(await code(application), { code_verifier: application.proof.verifier }),
      'invalid_grant',
    );
    await expectRefused(
      await application.change(await code(application), { code_verifier: other.proof.verifier }),
      'invalid_grant',
    );
    await expectRefused(
      await application.change(await code(application), { redirect_uri: CALLBACK.replace('callback', 'other') }),
      'invalid_grant',
    );
  });

  it('ends when its code is used again, within a second', async () => {
    const application = flow();
    const once = await code(application);
    const { access_token: secret, refresh_token: next } = await issued(await application.change(once));
    expect(await statusAt(stack.url, secret)).toBe(200);
    await expectRefused(await application.change(once), 'invalid_grant');
    await ended(secret);
    await expectRefused(await application.refresh(next), 'invalid_grant');
  });

  it('ends when a refresh token is used again, later or at the same time', async () => {
    for (const together of [false, true]) {
      const application = flow();
      const first = await issued(await application.change(await code(application)));
      const refresh = () => application.refresh(first.refresh_token);
      const answers = together ? await Promise.all([refresh(), refresh()]) : [await refresh(), await refresh()];
      expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
      await ended(first.access_token);
      for (const answer of answers.filter(({ status }) => status === 200)) {
        const { access_token: secret, refresh_token: next } = await issued(answer);
        await ended(secret);
        await expectRefused(await application.refresh(next), 'invalid_grant');
      }
    }
  });

  it('is no token of a data route, OData, Delta Sharing or management', async () => {
    const application = flow();
    const { access_token: secret } = await issued(await application.change(await code(application)));
    const authorization = `Bearer ${secret}`;
    for (const path of [
      `/api/${open.api.path}`,
      `/api/${open.api.path}/_schema`,
      '/odata/',
      '/delta-sharing/shares',
      '/manage/v1/tokens',
    ])
      expect([path, (await fetch(stack.url + path, { headers: { authorization } })).status]).toEqual([path, 401]);
    expect(await statusAt(stack.url, secret)).toBe(200);
  });

  it('is given back by its client, which ends it within a second', async () => {
    const application = flow();
    const { access_token: secret } = await issued(await application.change(await code(application)));
    expect(await statusAt(stack.url, secret)).toBe(200);
    const body = new URLSearchParams({ token: secret, client_id: application.clientId });
    expect((await fetch(`${stack.url}/oauth/revoke`, { method: 'POST', body })).status).toBe(200);
    await ended(secret);
  });
});

import { createConnection } from 'mongoose';
import { ConsoleSession, member } from '../support/console-session';
import { OAuthBrowser, register } from '../support/oauth-browser';
import { issued, OAuthFlow } from '../support/oauth-flow';
import { Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

describe('the question whether an agent may read', () => {
  const stack = useStack({ env: { SLUICE_TRUSTED_PROXIES: '127.0.0.1' } });
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;
  let networks = 0;

  beforeAll(async () => {
    open = await publisher.publish('OAuth asked', 'csv', 'id\n1\n');
    await waitFor('the API', async () => (await read(stack.url, open.api.path, open.secret)).status === 200);
  });

  const network = () => `198.51.100.${++networks}`;
  const asked = async (address = network()) => {
    const flow = new OAuthFlow(stack.url, address);
    await flow.register();
    const { uid } = await flow.browser.begin(flow.parameters());
    return { flow, browser: flow.browser, uid };
  };
  const pasted = () => ({ allow: { token: { secret: open.secret }, apiIds: [open.api.id] } });
  const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code;

  it('is answered in the browser that was asked, from the console, once, and nowhere else', async () => {
    const { browser, uid } = await asked();
    const other = await asked();
    const strangers = [new OAuthBrowser(stack.url), other.browser];
    for (const each of strangers) {
      for (const [what, body] of [['question'], ['answer', pasted()], ['answer', { allow: null }]] as const) {
        const refused = await each.ask(uid, what, body);
        expect([refused.status, await codeOf(refused)]).toEqual([404, 'consent_not_found']);
      }
    }
    for (const [name, value] of [
      ['sluice-console', ''],
      ['origin', 'https://evil.example'],
      ['sec-fetch-site', 'cross-site'],
    ] as const) {
      const refused = await browser.ask(uid, 'answer', pasted(), { [name]: value });
      expect([refused.status, await codeOf(refused)]).toEqual([403, 'cross_site_request']);
    }
    expect((await browser.ask(uid, 'answer', pasted())).status).toBe(200);
    expect((await browser.ask(uid, 'answer', pasted())).status).toBe(404);
    const page = await browser.open(`/console/connect/${uid}`);
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('lets editors lend a token, and viewers none', async () => {
    const owner = await ConsoleSession.signIn(stack.url, { adminKey: stack.adminKey });
    const { tokenId } = open;
    for (const [role, status] of [
      ['viewer', 403],
      ['editor', 200],
    ] as const) {
      const { browser, uid } = await asked();
      expect((await browser.ask(uid, 'token', { tokenId })).status).toBe(401);
      browser.keep(`${(await member(owner, role, role)).browser.cookie}; Path=/`);
      expect([role, (await browser.ask(uid, 'token', { tokenId })).status]).toEqual([role, status]);
      const allow = { token: { tokenId }, apiIds: [open.api.id] };
      expect([role, (await browser.ask(uid, 'answer', { allow })).status]).toEqual([role, status]);
    }
  });

  it('takes APIs of the token alone, and no token that is not good', async () => {
    const foreign = await publisher.publish('OAuth foreign', 'csv', 'id\n1\n');
    const { browser, uid } = await asked();
    const beyond = { allow: { token: { secret: open.secret }, apiIds: [open.api.id, foreign.api.id] } };
    expect((await browser.ask(uid, 'answer', beyond)).status).toBe(422);
    expect((await publisher.call('POST', `/tokens/${foreign.tokenId}/revoke`)).status).toBe(200);
    for (const token of [{ secret: foreign.secret }, { secret: 'slc_none' }])
      expect((await browser.ask(uid, 'token', token)).status).toBe(422);
  });

  it('makes whoever pastes wrong tokens wait, by their address', async () => {
    const { browser, uid } = await asked();
    const guess = () => browser.ask(uid, 'token', { secret: 'slc_guessed' });
    await waitFor('the wait', async () => (await guess()).status === 429);
    expect((await browser.ask(uid, 'token', { secret: open.secret })).status).toBe(429);
    const other = await asked();
    expect((await other.browser.ask(other.uid, 'token', { secret: open.secret })).status).toBe(200);
  });

  it('may be asked by so many applications of one network, and so often', async () => {
    const headers = { 'x-forwarded-for': network() };
    const statuses = [];
    for (let count = 0; count < 51; count++) statuses.push((await register(stack.url, {}, headers)).status);
    expect(statuses).toEqual([...Array(50).fill(201), 429]);
    const { flow, browser } = await asked();
    await waitFor('the limit of questions', async () => {
      const { response } = await browser.begin(flow.parameters());
      return new URL(response.headers.get('location') ?? '').searchParams.get('error') === 'temporarily_unavailable';
    });
    expect((await asked()).uid).not.toBe('');
  });

  it('names its issuer by the setting, whatever host a request names', async () => {
    const browser = new OAuthBrowser(stack.url, { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' });
    for (const path of ['oauth-protected-resource', 'oauth-authorization-server']) {
      const text = await (await browser.open(`/.well-known/${path}`)).text();
      expect(text).toContain(stack.url);
      expect(text).not.toContain('evil.example');
    }
  });

  it('leaves nothing in the database that opens anything', async () => {
    const flow = new OAuthFlow(stack.url, network());
    const code = await flow.code(open.secret, [open.api.id]);
    const first = await issued(await flow.change(code));
    const next = await issued(await flow.refresh(first.refresh_token));
    const connection = await createConnection(stack.mongoUrl, { dbName: 'sluice_tokens' }).asPromise();
    try {
      const kept = await Promise.all(
        ['agents', 'oauthRecords', 'audit'].map((name) => connection.collection(name).find().toArray()),
      );
      const text = JSON.stringify(kept);
      expect(text).toContain('AccessToken:');
      for (const secret of [code, open.secret, ...Object.values(first), ...Object.values(next)])
        if (String(secret).length > 20) expect(text).not.toContain(secret);
    } finally {
      await connection.close();
    }
  });
});

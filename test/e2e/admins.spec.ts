import type { Admin, CreatedAdminKey, InvitedAdmin, PasswordLink, SetupLink } from '@sluice/contracts/tokens/admins';
import type { z } from 'zod';
import { ConsoleSession, completeSetup, member, PASSWORD, resetPassword, signIn } from '../support/console-session';
import { expectNoSecretsInLogs } from '../support/logs-without-secrets';
import { type Answer, answerTo, Publisher } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const OWNER = { name: 'Olga', email: 'olga@example.com', password: PASSWORD };
const PROMISE_MS = 1_000;

const stack = useStack({ gateways: 2, tokens: 2, env: { LOG_LEVEL: 'debug' } });
const key = new Publisher(stack);
let owner: ConsoleSession;

const other = () => stack.gateways[1] ?? '';

async function setupSecret(): Promise<string> {
  const { status, json } = await key.call('POST', '/admins/setup-link');
  expect(status).toBe(201);
  const { secret, link } = json as z.output<typeof SetupLink>;
  expect(link).toBe(`${stack.url}/console/setup#${secret}`);
  return secret;
}

async function admin(id: string | null): Promise<Admin> {
  const { status, json } = await owner.call('GET', `/admins/${id}`);
  expect(status).toBe(200);
  return json as Admin;
}

async function change(id: string | null, body: object): Promise<Answer> {
  const { revision } = await admin(id);
  return await owner.call('PATCH', `/admins/${id}`, body, { 'if-match': `"${revision}"` });
}

const codeOf = ({ json }: Answer) => (json as { code?: string } | undefined)?.code;

describe("the owner's one-time link", () => {
  it('is replaced by a newer one, works once, and never again', async () => {
    expect((await answerTo(`${stack.url}/manage/v1/setup`)).json).toEqual({ needed: true });
    const [old, secret] = [await setupSecret(), await setupSecret()];
    expect(codeOf(await completeSetup(stack.url, { ...OWNER, secret: old }))).toBe('setup_link_invalid');
    const tries = await Promise.all(
      stack.gateways.flatMap((url) => [1, 2].map(() => completeSetup(url, { ...OWNER, secret }))),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 410, 410, 410]);
    const won = tries.find(({ status }) => status === 201);
    if (won) owner = ConsoleSession.of(stack.url, won);
    expect(owner.session.admin).toEqual({
      id: expect.stringMatching(/^adm_/),
      name: 'Olga',
      email: OWNER.email,
      role: 'owner',
    });
    expect((await answerTo(`${stack.url}/manage/v1/setup`)).json).toEqual({ needed: false });
    expect(codeOf(await key.call('POST', '/admins/setup-link'))).toBe('setup_done');
  });

  it('takes no password that is short, the name or the email', async () => {
    const invited = await owner.call('POST', '/admins/invites', {
      name: 'x',
      email: 'picky@example.com',
      role: 'viewer',
    });
    const { secret } = invited.json as z.output<typeof InvitedAdmin>;
    const attempt = (password: string) =>
      completeSetup(stack.url, { secret, name: 'Penelope Picky', email: 'picky@example.com', password });
    for (const password of ['short', 'x'.repeat(257), 'penelope picky', 'PICKY@example.com']) {
      const answer = await attempt(password);
      expect(answer.status).toBe(422);
      expect(answer.json).toMatchObject({ errors: [{ pointer: '/password' }] });
    }
    expect((await attempt('x'.repeat(256))).status).toBe(201);
  });
});

describe('an invitation', () => {
  it('is for its email, ends with the next one, and is spent once', async () => {
    const person = { name: 'Ines', email: 'ines@example.com', role: 'editor' };
    const invite = async () =>
      (await owner.call('POST', '/admins/invites', person)).json as z.output<typeof InvitedAdmin>;
    const [first, second] = [await invite(), await invite()];
    expect(second.admin).toMatchObject({ id: first.admin.id, state: 'invited', role: 'editor' });
    const accept = (secret: string, email = 'INES@example.com') =>
      completeSetup(other(), { secret, name: 'Ines', email, password: PASSWORD });
    expect(codeOf(await accept(first.secret))).toBe('setup_link_invalid');
    expect(await accept(second.secret, 'else@example.com')).toMatchObject({ status: 422 });
    expect((await accept(second.secret)).status).toBe(201);
    expect(codeOf(await accept(second.secret))).toBe('setup_link_invalid');
    expect(codeOf(await owner.call('POST', '/admins/invites', { ...person, email: 'Ines@Example.com' }))).toBe(
      'email_taken',
    );
  });
});

describe('a link for a new password', () => {
  it('is made by owners only, lets its person in once, and ends their sessions on every gateway within a second', async () => {
    const { admin: rosa, browser } = await member(owner, 'editor', 'rosa');
    expect(codeOf(await browser.call('POST', `/admins/${rosa.id}/reset`))).toBe('role_required');
    const made = await owner.call('POST', `/admins/${rosa.id}/reset`);
    expect(made).toMatchObject({ status: 201, json: { admin: { id: rosa.id, state: 'active' } } });
    expect(made.headers.get('cache-control')).toBe('no-store');
    const { secret, link } = made.json as z.output<typeof PasswordLink>;
    expect(link).toBe(`${stack.url}/console/reset#${secret}`);
    expect((await browser.call('GET', '/session', undefined, {}, other())).status).toBe(200);
    await ConsoleSession.signIn(stack.url, { email: rosa.email, password: PASSWORD });
    const password = 'a passphrase that is remembered';
    const reset = (more: object = {}) => resetPassword(other(), { secret, email: rosa.email, password, ...more });
    expect(await reset({ password: 'short' })).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: '/password' }] },
    });
    const back = ConsoleSession.of(other(), await reset());
    const startedMs = performance.now();
    for (const url of stack.gateways) {
      await waitFor('the end of the session', async () => {
        return (await browser.call('GET', '/datasets', undefined, {}, url)).status === 401;
      });
    }
    expect(performance.now() - startedMs).toBeLessThan(PROMISE_MS);
    expect(back.session.admin).toMatchObject({ id: rosa.id, role: 'editor' });
    expect((await back.call('GET', '/datasets', undefined, {}, stack.url)).status).toBe(200);
    expect(codeOf(await reset())).toBe('setup_link_invalid');
    expect((await signIn(stack.url, { email: rosa.email, password: PASSWORD })).status).toBe(401);
  });

  it('is refused for whoever has not accepted an invitation, or is no admin', async () => {
    const guest = { name: 'Gil', email: 'gil@example.com', role: 'viewer' };
    const invited = (await owner.call('POST', '/admins/invites', guest)).json as z.output<typeof InvitedAdmin>;
    const refused = await owner.call('POST', `/admins/${invited.admin.id}/reset`);
    expect(refused).toMatchObject({ status: 409, json: { code: 'admin_not_active' } });
    expect(codeOf(await owner.call('POST', `/admins/adm_${'1'.repeat(26)}/reset`))).toBe('admin_not_found');
  });

  it("gives the only owner a way back in, by the installation's own key", async () => {
    const { id } = owner.session.admin;
    const { secret } = (await key.call('POST', `/admins/${id}/reset`)).json as z.output<typeof PasswordLink>;
    owner = ConsoleSession.of(stack.url, await resetPassword(stack.url, { ...OWNER, name: undefined, secret }));
    expect(owner.session.admin).toMatchObject({ id, role: 'owner' });
  });
});

describe('admin keys of a person', () => {
  it('may do what their admin may, are listed without secret, and end by revocation, expiry or with the account', async () => {
    const { admin: kim, browser } = await member(owner, 'editor', 'kim');
    const create = async (more: object = {}) => {
      const { status, json } = await browser.call('POST', `/admins/${kim.id}/keys`, { name: 'CI', ...more });
      expect(status).toBe(201);
      return json as z.output<typeof CreatedAdminKey>;
    };
    const soon = new Date(Date.now() + 1_500).toISOString();
    const [first, second, brief] = [await create(), await create(), await create({ expiresAt: soon })];
    const by = ({ secret }: { secret: string }, gateway = stack.url) =>
      new Publisher({ url: gateway, adminKey: secret });
    expect((await by(first).call('POST', '/datasets', { name: 'By key' })).status).toBe(201);
    expect((await by(first).call('POST', '/admins/invites', {})).status).toBe(403);
    expect((await by(brief).call('GET', '/datasets')).status).toBe(200);
    await waitFor('the expiry', async () => (await by(brief).call('GET', '/datasets')).status === 401);
    expect((await by(second, other()).call('GET', '/datasets')).status).toBe(200);
    expect((await browser.call('DELETE', `/admins/${kim.id}/keys/${second.key.id}`)).status).toBe(204);
    await waitFor('the revocation', async () => (await by(second, other()).call('GET', '/datasets')).status === 401);
    const { json } = await browser.call('GET', `/admins/${kim.id}/keys`);
    expect(json).toMatchObject({
      data: [
        { id: brief.key.id, state: 'expired' },
        { id: second.key.id, state: 'revoked' },
        { id: first.key.id, state: 'active', adminId: kim.id, lastUsedAt: expect.stringMatching(/:00\.000Z$/) },
      ],
    });
    expect((await change(kim.id, { state: 'disabled' })).status).toBe(200);
    await waitFor('the end of the key', async () => (await by(first, other()).call('GET', '/datasets')).status === 401);
    expect((await browser.call('GET', '/session')).status).toBe(401);
    expect((await signIn(stack.url, { email: kim.email, password: PASSWORD })).status).toBe(401);
    expect((await change(kim.id, { state: 'active' })).status).toBe(200);
    await waitFor('the key again', async () => (await by(first, other()).call('GET', '/datasets')).status === 200);
    expect((await browser.call('GET', '/session')).status).toBe(401);
  });

  it('are their own business and that of owners', async () => {
    const { admin: lea, browser } = await member(owner, 'editor', 'lea');
    const { browser: max } = await member(owner, 'editor', 'max');
    expect(codeOf(await max.call('GET', `/admins/${lea.id}/keys`))).toBe('role_required');
    expect(codeOf(await max.call('POST', `/admins/${lea.id}/keys`, { name: 'Sly' }))).toBe('role_required');
    expect((await browser.call('GET', `/admins/${lea.id}/keys`)).status).toBe(200);
    expect((await owner.call('GET', `/admins/${lea.id}/keys`)).status).toBe(200);
    expect(codeOf(await owner.call('DELETE', `/admins/${lea.id}/keys/key_${'1'.repeat(26)}`))).toBe(
      'admin_key_not_found',
    );
  });

  it('of the installation are listed for owners, and may be ended once they are not needed', async () => {
    const { status, json } = await owner.call('GET', '/admin-keys');
    expect(status).toBe(200);
    expect(json).toMatchObject({ data: [{ name: 'first key', adminId: null, state: 'active' }] });
  });
});

describe('a role', () => {
  it('changes on every gateway within a second', async () => {
    const { browser } = await member(owner, 'editor', 'eddy');
    for (const url of stack.gateways) expect((await browser.call('POST', '/domains', {}, {}, url)).status).toBe(422);
    expect((await change(browser.session.admin.id, { role: 'viewer' })).status).toBe(200);
    const startedMs = performance.now();
    for (const url of stack.gateways)
      await waitFor('the refusal', async () => (await browser.call('POST', '/domains', {}, {}, url)).status === 403);
    expect(performance.now() - startedMs).toBeLessThan(PROMISE_MS);
  });
});

describe('the list of admins', () => {
  it('is sorted by the last sign-in page by page, those who never did first, and by state', async () => {
    await owner.call('POST', '/admins/invites', { name: 'Never', email: 'never@example.com', role: 'viewer' });
    const { browser } = await member(owner, 'viewer', 'latest');
    const seen: { name: string; lastSignInAt: string | null; state: string }[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { json } = await owner.call('GET', `/admins?_sort=lastSignInAt&_limit=2${cursor && `&_cursor=${cursor}`}`);
      const { data, page } = json as { data: typeof seen; page: { nextCursor: string | null } };
      seen.push(...data);
      cursor = page.nextCursor;
    }
    const moments = seen.map(({ lastSignInAt }) => lastSignInAt ?? '');
    expect(moments).toEqual([...moments].sort());
    expect(seen[0]?.lastSignInAt).toBeNull();
    expect(seen.at(-1)?.name).toBe(browser.session.admin.name);
    const states = (await owner.call('GET', '/admins?_sort=-state')).json as { data: typeof seen };
    const listed = states.data.map(({ state }) => state);
    expect(listed).toEqual([...listed].sort().reverse());
  });
});

describe('the last owner', () => {
  it('cannot be removed, disabled or demoted, not even by two requests at once over two replicas', async () => {
    const { id } = owner.session.admin;
    for (const body of [{ role: 'editor' }, { state: 'disabled' }])
      expect(codeOf(await change(id, body))).toBe('last_owner');
    expect(codeOf(await owner.call('DELETE', `/admins/${id}`))).toBe('last_owner');
    for (let round = 0; round < 5; round++) {
      const { admin: second } = await member(owner, 'owner', `owner-${round}`);
      const revisions = new Map([
        [id, (await admin(id)).revision],
        [second.id, (await admin(second.id)).revision],
      ]);
      const demote = (adminId: string | null, gateway: string) =>
        new Publisher({ url: gateway, adminKey: stack.adminKey }).call(
          'PATCH',
          `/admins/${adminId}`,
          { role: 'editor' },
          { 'if-match': `"${revisions.get(adminId)}"` },
        );
      const answers = await Promise.all([demote(id, stack.url), demote(second.id, other())]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const { data } = (await key.call('GET', '/admins?_limit=200')).json as { data: Admin[] };
      const owners = data.filter(({ role, state }) => role === 'owner' && state === 'active');
      expect(owners).toHaveLength(1);
      const [last] = owners;
      if (last?.id !== id) {
        const back = await key.call(
          'PATCH',
          `/admins/${id}`,
          { role: 'owner' },
          { 'if-match': `"${(revisions.get(id) ?? 0) + 1}"` },
        );
        expect(back.status).toBe(200);
        expect((await key.call('DELETE', `/admins/${last?.id}`)).status).toBe(204);
      }
    }
  });
});

test('no password, session, link or key is in any log line', () => {
  expectNoSecretsInLogs(stack, [PASSWORD, OWNER.email]);
});

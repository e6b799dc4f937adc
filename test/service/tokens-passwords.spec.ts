import type { PayloadOf } from '@sluice/contracts/contract';
import { adminsChanged } from '@sluice/contracts/tokens/admin-verdicts';
import { createAdminKey, inviteAdmin, removeAdmin, updateAdmin } from '@sluice/contracts/tokens/admins';
import {
  changePassword,
  completeSetup,
  createPasswordLink,
  getSession,
  resetPassword,
  signIn,
} from '@sluice/contracts/tokens/sessions';
import { ServiceError } from '@sluice/messaging/service-error';
import { newSecret } from '@sluice/runtime/new-secret';
import { hashSecret } from '@sluice/runtime/secret-format';
import { waitFor } from '../support/wait-for';
import { address, MINUTE_MS, PASSWORD, useAdmins } from './use-admins';

const NEXT_PASSWORD = 'another battery of horses';

describe('passwords of admins, two replicas', () => {
  let changes: PayloadOf<typeof adminsChanged>[];
  const spied: { subject: string; data: string; headers: string }[] = [];
  const there = useAdmins(async (caller) => {
    changes = await caller.listen(adminsChanged);
    (await caller.bus.connection()).subscribe('>', {
      callback: (_error, message) => {
        const headers = [...(message.headers ?? [])].join();
        spied.push({ subject: message.subject, data: message.string(), headers });
      },
    });
  });

  const ago = (ms: number) => new Date(Date.now() - ms);
  const offer = async (adminId: string) => (await there.services.request(createPasswordLink, { adminId })).secret;
  const reset = (secret: string, email: string, password = NEXT_PASSWORD) =>
    there.services.request(resetPassword, { secretHash: hashSecret(secret), email, password, address });

  test('a password is stored as Argon2id with the parameters that OWASP names', async () => {
    const stored = await there.admins().findOne({ _id: there.ownerId });
    expect(stored?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test('a link for a new password changes nothing until it is used; then every session is over and the old password too', async () => {
    const id = await there.member('editor', 'forgetful');
    const email = 'forgetful@example.com';
    const { key, secret: keySecret } = await there.services.request(createAdminKey, { adminId: id, name: 'CI' });
    const byKey = await there.services.request(signIn, { keyHash: hashSecret(keySecret), address });
    const link = await offer(id);
    const before = await there.signIn(email);
    expect((await there.get(id)).state).toBe('active');
    await expect(reset(link, 'olga@example.com')).rejects.toMatchObject({ faults: [{ pointer: '/email' }] });
    await expect(reset(link, email, 'forgetful@example.com')).rejects.toMatchObject({
      faults: [{ pointer: '/password' }],
    });
    await there.verify(before.secret);
    const announced = changes.length;
    const { session, secret } = await reset(link, 'Forgetful@Example.com');
    expect(session.admin).toMatchObject({ id, role: 'editor' });
    await waitFor('the announcement', () => changes.length > announced);
    for (const ended of [before, byKey]) {
      await expect(there.verify(ended.secret)).rejects.toMatchObject({ code: 'token_revoked' });
    }
    await there.verify(secret);
    expect(await there.verifyKey(keySecret)).toMatchObject({ id: key.id });
    await expect(there.signIn(email)).rejects.toMatchObject({ code: 'sign_in_failed' });
    await there.signIn(email, NEXT_PASSWORD);
  });

  test('of many who use the same link for a new password at once one does, and never again', async () => {
    const id = await there.member('viewer', 'hasty');
    const link = await offer(id);
    const passwords = [1, 2, 3, 4].map((index) => `password number ${index}`);
    const results = await Promise.allSettled(passwords.map((each) => reset(link, 'hasty@example.com', each)));
    const taken = results.flatMap(({ status }, index) => (status === 'fulfilled' ? passwords[index] : []));
    expect(taken).toHaveLength(1);
    await there.signIn('hasty@example.com', taken[0]);
    await expect(reset(link, 'hasty@example.com')).rejects.toMatchObject({ code: 'setup_link_invalid' });
  });

  test('a link for a new password ends with the next one, after a day, and with the password or the state that it was made in', async () => {
    const id = await there.member('viewer', 'linked');
    const email = 'linked@example.com';
    const isOver = (link: string) => expect(reset(link, email)).rejects.toMatchObject({ code: 'setup_link_invalid' });
    const replaced = await offer(id);
    const old = await offer(id);
    await isOver(replaced);
    await there.admins().updateOne({ _id: id }, { $set: { 'invite.expiresAt': ago(0) } });
    await isOver(old);
    const left = await offer(id);
    const stored = (await there.admins().findOne({ _id: id }))?.invite as { expiresAt: Date };
    expect(Math.round((stored.expiresAt.getTime() - Date.now()) / MINUTE_MS)).toBe(24 * 60);
    const { id: sessionId } = await there.verify((await there.signIn(email)).secret);
    const passwords = { current: PASSWORD, next: NEXT_PASSWORD };
    await there.services.request(changePassword, { ...passwords, sessionId, address });
    await isOver(left);
    const paused = await offer(id);
    const become = async (state: 'active' | 'disabled') =>
      there.services.request(updateAdmin, { adminId: id, revision: (await there.get(id)).revision, state });
    await become('disabled');
    await isOver(paused);
    await expect(offer(id)).rejects.toMatchObject({ code: 'admin_not_active' });
    await become('active');
    await isOver(paused);
    const gone = await offer(id);
    await there.services.request(removeAdmin, { adminId: id });
    await isOver(gone);
    await expect(offer(id)).rejects.toMatchObject({ code: 'admin_not_found' });
  });

  test('no invitation sets the password of an account, and no link for a password accepts an invitation', async () => {
    const person = { name: 'Guest', email: 'guest@example.com' };
    const invited = await there.services.request(inviteAdmin, { ...person, role: 'viewer' });
    await expect(offer(invited.admin.id)).rejects.toMatchObject({ code: 'admin_not_active' });
    await expect(reset(invited.secret, person.email)).rejects.toMatchObject({ code: 'setup_link_invalid' });
    const id = await there.member('viewer', 'settled');
    const accepted = { name: 'Settled', email: 'settled@example.com', password: PASSWORD, address };
    const accept = there.services.request(completeSetup, { ...accepted, secretHash: hashSecret(await offer(id)) });
    await expect(accept).rejects.toMatchObject({ code: 'setup_link_invalid' });
  });

  test('failures of one address are throttled whatever emails they try, and told how long to wait', async () => {
    const guess = (index: number) =>
      there.services.request(signIn, { email: `nobody-${index}@example.com`, password: 'x', address: '198.51.100.9' });
    const codes: unknown[] = [];
    for (let index = 0; index < 22; index++) {
      const error = await guess(index).catch((reason: unknown) => reason as ServiceError);
      if (!(error instanceof ServiceError)) throw new Error('signed in');
      codes.push(error.code);
      if (error.code === 'too_many_failures') expect(error.retryAfterSeconds).toBeGreaterThan(0);
    }
    expect(codes.slice(0, 20)).toEqual(Array(20).fill('sign_in_failed'));
    expect(codes.slice(20)).toEqual(Array(2).fill('too_many_failures'));
  });

  test('links for a new password are not guessed at without end: failures of one address are throttled', async () => {
    const guess = () => {
      const secretHash = hashSecret(newSecret('sli'));
      const person = { email: 'olga@example.com', password: NEXT_PASSWORD };
      return there.services.request(resetPassword, { ...person, secretHash, address: '198.51.100.10' });
    };
    for (let index = 0; index < 20; index++)
      await expect(guess()).rejects.toMatchObject({ code: 'setup_link_invalid' });
    await expect(guess()).rejects.toMatchObject({ code: 'too_many_failures' });
  });

  test('no password and no secret is in the database or in a header, and on the bus only where it is handed over', async () => {
    const { session, secret } = await there.signIn();
    expect(session.admin).toEqual({ id: there.ownerId, name: 'Olga', email: 'Olga@Example.com', role: 'owner' });
    const { id } = await there.verify(secret);
    expect(await there.services.request(getSession, { sessionId: id })).toMatchObject({ admin: session.admin });
    await waitFor('the spy', () => spied.some(({ data }) => data.includes(secret)));
    const handedOver = spied.filter(({ data }) => data.includes(secret));
    expect(handedOver.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^_INBOX\./)]);
    const hasPassword = (text: string) => [PASSWORD, NEXT_PASSWORD].some((each) => text.includes(each));
    const withPassword = new Set(spied.filter(({ data }) => hasPassword(data)).map(({ subject }) => subject));
    expect([...withPassword].sort()).toEqual([
      'tokens.passwords.change',
      'tokens.passwords.reset',
      'tokens.sessions.start',
      'tokens.setup.complete',
    ]);
    const secrets = /sl[acis]_[0-9A-Za-z]{20}/;
    expect(spied.filter(({ headers }) => secrets.test(headers) || hasPassword(headers))).toEqual([]);
    const collections = await there.database.collections();
    const stored = await Promise.all(collections.map(async (each) => JSON.stringify(await each.find().toArray())));
    expect(stored.join()).toContain(hashSecret(secret));
    expect(stored.join()).not.toMatch(secrets);
    expect(hasPassword(stored.join())).toBe(false);
  });
});

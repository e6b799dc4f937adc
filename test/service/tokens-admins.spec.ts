import type { PayloadOf } from '@sluice/contracts/contract';
import { adminsChanged, adminsHeartbeat, verifySession } from '@sluice/contracts/tokens/admin-verdicts';
import {
  createAdminKey,
  inviteAdmin,
  listAdminKeys,
  removeAdmin,
  revokeAdminKey,
  updateAdmin,
} from '@sluice/contracts/tokens/admins';
import { completeSetup, signOut } from '@sluice/contracts/tokens/sessions';
import { newId } from '@sluice/runtime/ids';
import { newSecret } from '@sluice/runtime/new-secret';
import { hashSecret } from '@sluice/runtime/secret-format';
import { storedSecret } from '../../apps/tokens/src/secrets/secret';
import { waitFor } from '../support/wait-for';
import { address, MINUTE_MS, PASSWORD, useAdmins } from './use-admins';

describe('admins, two replicas', () => {
  let changes: PayloadOf<typeof adminsChanged>[];
  let beats: PayloadOf<typeof adminsHeartbeat>[];
  const there = useAdmins(async (caller) => {
    changes = await caller.listen(adminsChanged);
    beats = await caller.listen(adminsHeartbeat);
  });

  const shift = (secret: string, change: Record<string, Date>) =>
    there.sessions().updateOne({ secretHash: hashSecret(secret) }, { $set: change });
  const ago = (ms: number) => new Date(Date.now() - ms);

  test('a session ends 30 minutes after its last use, and use is recorded once a minute at most', async () => {
    const { session, secret } = await there.signIn();
    expect(Date.parse(session.idleExpiresAt) - Date.now()).toBeGreaterThan(29 * MINUTE_MS);
    const lastUse = async () => {
      const stored = await there.sessions().findOne({ secretHash: hashSecret(secret) });
      return (stored?.lastActiveAt ?? new Date(0)) as Date;
    };
    await shift(secret, { lastActiveAt: ago(MINUTE_MS / 2) });
    const before = await lastUse();
    await there.verify(secret);
    expect(await lastUse()).toEqual(before);
    await shift(secret, { lastActiveAt: ago(29 * MINUTE_MS) });
    await there.verify(secret);
    await waitFor('the use to be recorded', async () => (await lastUse()).getTime() > before.getTime());
    await shift(secret, { lastActiveAt: ago(30 * MINUTE_MS) });
    await expect(there.verify(secret)).rejects.toMatchObject({ code: 'token_expired' });
  });

  test('a session that is only watched, by an event stream that is left open, ends idle all the same', async () => {
    const [watched, used] = [await there.signIn(), await there.signIn()];
    const hashOf = ({ secret }: { secret: string }) => hashSecret(secret);
    const lastUse = async (started: { secret: string }) =>
      (await there.sessions().findOne({ secretHash: hashOf(started) }))?.lastActiveAt as Date;
    for (const { secret } of [watched, used]) await shift(secret, { lastActiveAt: ago(29 * MINUTE_MS) });
    const before = await lastUse(watched);
    await there.services.request(verifySession, { secretHash: hashOf(watched), watched: true });
    await there.verify(used.secret);
    await waitFor('the use to be recorded', async () => (await lastUse(used)).getTime() > before.getTime());
    expect(await lastUse(watched)).toEqual(before);
  });

  test('a session ends 12 hours after its beginning, however much it is used', async () => {
    const { session, secret } = await there.signIn();
    expect(Math.round((Date.parse(session.expiresAt) - Date.now()) / MINUTE_MS)).toBe(12 * 60);
    expect((await there.verify(secret)).remainingMs).toBeLessThanOrEqual(12 * 60 * MINUTE_MS);
    await shift(secret, { expiresAt: ago(0), lastActiveAt: ago(0) });
    await expect(there.verify(secret)).rejects.toMatchObject({ code: 'token_expired' });
  });

  test('what ends a session or a key is announced under a number that the heartbeats repeat', async () => {
    const id = await there.member('editor', 'announced');
    const last = () => changes.at(-1)?.rev ?? 0;
    const started = await there.signIn('announced@example.com');
    const { key, secret } = await there.services.request(createAdminKey, { adminId: id, name: 'CI' });
    const told: (() => Promise<unknown>)[] = [
      async () => there.services.request(signOut, { sessionId: (await there.verify(started.secret)).id }),
      () => there.services.request(revokeAdminKey, { adminId: id, keyId: key.id }),
      async () =>
        there.services.request(updateAdmin, { adminId: id, revision: (await there.get(id)).revision, role: 'viewer' }),
      () => there.services.request(removeAdmin, { adminId: id }),
    ];
    for (const change of told) {
      const before = last();
      await change();
      await waitFor('the announcement', () => last() > before);
    }
    await waitFor('a heartbeat with it', () => (beats.at(-1)?.rev ?? 0) >= last());
    await expect(there.verify(started.secret)).rejects.toMatchObject({ code: 'token_revoked' });
    await expect(there.verifyKey(secret)).rejects.toMatchObject({ code: 'token_revoked' });
    await expect(there.get(id)).rejects.toMatchObject({ code: 'admin_not_found' });
  });

  test('a removed account leaves no email and no password behind, and its email is free again', async () => {
    const id = await there.member('viewer', 'gone');
    await there.services.request(removeAdmin, { adminId: id });
    const stored = JSON.stringify(await there.admins().findOne({ _id: id }));
    expect(stored).not.toContain('gone@example.com');
    expect(stored).not.toContain('argon2');
    expect(await there.member('viewer', 'gone')).not.toBe(id);
  });

  test('of several owners who all demote each other at once one stays', async () => {
    for (let round = 0; round < 10; round++) {
      const others = [await there.member('owner', `first-${round}`), await there.member('owner', `second-${round}`)];
      const owners = await Promise.all([there.ownerId, ...others].map((id) => there.get(id)));
      const results = await Promise.allSettled(
        owners.map(({ id, revision }) =>
          there.services.request(updateAdmin, { adminId: id, revision, role: 'editor' }),
        ),
      );
      const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
      expect(refusals).toEqual(['last_owner']);
      const left = await there.admins().find({ role: 'owner', state: 'active' }).toArray();
      expect(left).toHaveLength(1);
      const { revision } = await there.get(there.ownerId);
      await there.services.request(updateAdmin, { adminId: there.ownerId, revision, role: 'owner' });
      for (const adminId of others) await there.services.request(removeAdmin, { adminId });
    }
  }, 30_000);

  test('a change that a crash left half-way is carried out by the next change or the next start, once', async () => {
    const id = await there.member('editor', 'halfway');
    const { revision } = await there.get(id);
    const rosters = there.database.collection<{ _id: string; rev: number; intent: unknown }>('rosters');
    const intent = { id: 'left-behind', adminId: id, revision, change: { role: 'viewer' } };
    await rosters.updateOne({ _id: 'roster' }, { $set: { intent }, $inc: { rev: 1 } });
    const other = await there.member('viewer', 'another');
    const { revision: ofOther } = await there.get(other);
    const update = { adminId: other, revision: ofOther, role: 'editor' } as const;
    expect((await there.services.request(updateAdmin, update)).role).toBe('editor');
    expect(await there.get(id)).toMatchObject({ role: 'viewer', revision: revision + 1 });
    await rosters.updateOne({ _id: 'roster' }, { $set: { intent }, $inc: { rev: 1 } });
    const next = { adminId: other, revision: ofOther + 1, name: 'Another' };
    await there.services.request(updateAdmin, next);
    expect(await there.get(id)).toMatchObject({ role: 'viewer', revision: revision + 1 });
    const another = { id: 'left-again', adminId: id, revision: revision + 1, change: { role: 'editor' } };
    await rosters.updateOne({ _id: 'roster' }, { $set: { intent: another }, $inc: { rev: 1 } });
    await there.addReplica();
    expect(await there.get(id)).toMatchObject({ role: 'editor', revision: revision + 2 });
  });

  test('keys of early installations, which have less to them, go on as keys of the installation', async () => {
    const secret = newSecret('sla');
    const early = { _id: newId('adm'), ...storedSecret(secret), createdAt: new Date() };
    await there.database.collection<typeof early>('adminKeys').insertOne(early);
    const keyId = early._id.replace('adm_', 'key_');
    expect(await there.verifyKey(secret)).toMatchObject({
      id: keyId,
      adminId: null,
      name: 'configured key',
      role: 'owner',
    });
    const { data } = await there.services.request(listAdminKeys, { adminId: null });
    expect(data).toMatchObject([{ id: keyId, state: 'active', expiresAt: null }]);
    await there.services.request(revokeAdminKey, { adminId: null, keyId });
    await expect(there.verifyKey(secret)).rejects.toMatchObject({ code: 'token_revoked' });
  });

  test('an invitation ends after seven days, and its link says no more than that', async () => {
    const person = { name: 'Late', email: 'late@example.com' };
    const { admin, secret } = await there.services.request(inviteAdmin, { ...person, role: 'viewer' });
    const accept = () =>
      there.services.request(completeSetup, {
        ...person,
        password: PASSWORD,
        secretHash: hashSecret(secret),
        address,
      });
    await there.admins().updateOne({ _id: admin.id }, { $set: { 'invite.expiresAt': ago(0) } });
    await expect(accept()).rejects.toMatchObject({ code: 'setup_link_invalid' });
    await there
      .admins()
      .updateOne({ _id: admin.id }, { $set: { 'invite.expiresAt': new Date(Date.now() + MINUTE_MS) } });
    expect((await accept()).session.admin).toMatchObject({ id: admin.id, role: 'viewer' });
  });
});

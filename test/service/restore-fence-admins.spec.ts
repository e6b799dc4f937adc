import { verifyAdminKey, verifySession } from '@sluice/contracts/tokens/admin-verdicts';
import {
  createAdminKey,
  getAdmin,
  inviteAdmin,
  type Role,
  removeAdmin,
  revokeAdminKey,
  updateAdmin,
} from '@sluice/contracts/tokens/admins';
import { completeSetup, createSetupLink, signIn, signOut } from '@sluice/contracts/tokens/sessions';
import { hashSecret } from '@sluice/runtime/secret-format';
import { TokensConfig } from '../../apps/tokens/src/config/tokens-config';
import { TokensModule } from '../../apps/tokens/src/tokens.module';
import { seeds } from '../measure/seeds';
import { randomFrom, useRestoredService } from './restored-service';

const DRILLS = 100;
const STEPS = 14;
const address = '192.0.2.1';
const PASSWORD = 'correct horse battery staple';

/** A key or session as a drill knows it; `role` is what it opens in the end, null once it is ended. */
interface Credential {
  kind: 'key' | 'session';
  id: string;
  adminId: string;
  secret: string;
  role: Role | null;
}

describe('admins, keys and sessions in a database that comes back older', () => {
  const service = useRestoredService('tokens', (env) => TokensModule.with(TokensConfig.parse(env)));
  let fenced = 0;
  let opened = 0;

  const request: typeof service.caller.services.request = (...args) => service.caller.services.request(...args);
  /** What a key or session opens; null where it opens nothing. */
  const roleOf = ({ kind, secret }: Credential): Promise<Role | null> =>
    request(kind === 'key' ? verifyAdminKey : verifySession, { secretHash: hashSecret(secret) }).then(
      ({ role }) => role,
      () => null,
    );
  const setUpOwner = async () => {
    const { secret } = await request(createSetupLink, {});
    const owner = { name: 'Olga', email: 'olga@example.com', password: PASSWORD, address };
    await request(completeSetup, { ...owner, secretHash: hashSecret(secret) });
  };

  test.each(Array.from({ length: seeds(DRILLS) }, (_, seed) => seed))(
    'open nothing that was ended, and no more than the role allows that was left, in any order of events (seed %i)',
    async (seed) => {
      const random = randomFrom(seed);
      const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
      await service.fresh();
      await setUpOwner();
      const admins = new Map<string, Role>();
      const all: Credential[] = [];
      let backup = await service.dump();
      const beginSession = async (adminId: string, role: Role | null, secret: string) => {
        const { id } = await request(verifySession, { secretHash: hashSecret(secret) });
        all.push({ kind: 'session', id, adminId, secret, role });
      };
      const alive = (kind: Credential['kind']) => all.filter((each) => each.kind === kind && each.role !== null);
      const act = async (step: number) => {
        const [adminId, role] = pick([...admins]) ?? [];
        const chance = random();
        const key = pick(alive('key'));
        const session = pick(alive('session'));
        if (!adminId || !role || chance < 0.1) {
          const who = { email: `admin-${step}@example.com`, name: `Admin ${step}` };
          const { admin, secret } = await request(inviteAdmin, { ...who, role: 'editor' });
          const spent = { ...who, password: PASSWORD, secretHash: hashSecret(secret), address };
          admins.set(admin.id, 'editor');
          await beginSession(admin.id, 'editor', (await request(completeSetup, spent)).secret);
        } else if (chance < 0.3) {
          const { key: made, secret } = await request(createAdminKey, { adminId, name: `Key ${step}` });
          all.push({ kind: 'key', id: made.id, adminId, secret, role });
        } else if (chance < 0.45 && key) {
          const { secret } = await request(signIn, { keyHash: hashSecret(key.secret), address });
          await beginSession(key.adminId, key.role, secret);
        } else if (chance < 0.6 && key) {
          await request(revokeAdminKey, { adminId: key.adminId, keyId: key.id });
          key.role = null;
        } else if (chance < 0.7 && session) {
          await request(signOut, { sessionId: session.id });
          session.role = null;
        } else if (chance < 0.8) {
          const { revision } = await request(getAdmin, { adminId });
          const lower = role === 'editor' ? 'viewer' : 'editor';
          await request(updateAdmin, { adminId, revision, role: lower });
          admins.set(adminId, lower);
          for (const each of all) if (each.adminId === adminId && each.role) each.role = lower;
        } else if (chance < 0.86) {
          await request(removeAdmin, { adminId });
          admins.delete(adminId);
          for (const each of all) if (each.adminId === adminId) each.role = null;
        } else backup = await service.dump();
      };
      for (let step = 0; step < STEPS; step++) await act(step);
      // What the product says before the restore is what must not be exceeded after it.
      for (const each of all) {
        const role = await roleOf(each);
        if (each.kind === 'key') expect(role).toBe(each.role);
        each.role = role;
      }
      const exceeding = async () => {
        const roles = await Promise.all(all.map(roleOf));
        return all.filter(
          ({ role }, index) => (roles[index] === 'editor' && role !== 'editor') || (roles[index] && !role),
        );
      };

      if (random() < 0.5) await service.compact();
      const isFenced = await service.restore(backup);
      fenced += isFenced ? 1 : 0;
      expect(await exceeding()).toEqual([]);
      if (isFenced) {
        await service.stop();
        await service.merge();
        await service.start();
      }
      expect({ fence: service.fence, exceeding: await exceeding() }).toEqual({ fence: null, exceeding: [] });
      opened += (await Promise.all(all.map(roleOf))).filter((role) => role !== null).length;
    },
  );

  test('were older in most of these drills, and opened again what was open in some', () => {
    expect(fenced).toBeGreaterThan(seeds(DRILLS) / 4);
    expect(opened).toBeGreaterThan(seeds(DRILLS) / 8);
  });
});

import { rm, writeFile } from 'node:fs/promises';
import { endLink, recordLink } from '@sluice/contracts/tokens/links';
import {
  issueToken,
  revokeToken,
  rotateToken,
  tokensHeartbeat,
  updateToken,
  verifyToken,
} from '@sluice/contracts/tokens/tokens';
import { newId } from '@sluice/runtime/ids';
import { hashSecret } from '@sluice/runtime/secret-format';
import { TokensConfig } from '../../apps/tokens/src/config/tokens-config';
import { TokensModule } from '../../apps/tokens/src/tokens.module';
import { seeds } from '../measure/seeds';
import { waitFor } from '../support/wait-for';
import { randomFrom, useRestoredService } from './restored-service';

describe('a tokens database that comes back older', () => {
  const service = useRestoredService('tokens', (env) => TokensModule.with(TokensConfig.parse(env)));
  let fenced = 0;
  const issue = (name: string) => service.caller.services.request(issueToken, { name });
  const revoke = (tokenId: string) => service.caller.services.request(revokeToken, { tokenId });
  const verify = (secret: string) => service.caller.services.request(verifyToken, { secretHash: hashSecret(secret) });
  const isGood = (secret: string) =>
    verify(secret).then(
      () => true,
      () => false,
    );

  test('answers nothing with restored_older, says so in its health, and vouches for no verdict', async () => {
    await service.fresh();
    const { token, secret } = await issue('Ended');
    const backup = await service.dump();
    await revoke(token.id);
    await service.stop();
    await service.putBack(backup);
    const beats = await service.caller.listen(tokensHeartbeat);
    await service.start();
    await expect(verify(secret)).rejects.toMatchObject({ code: 'restored_older' });
    await expect(issue('Another')).rejects.toMatchObject({ code: 'restored_older' });
    expect(service.fence).toMatch(/knows 0 revocations, and 1 were made: npm run restore -- --merge-revocations/);
    expect(beats).toEqual([]);
    await service.stop();
    expect(await service.merge()).toEqual({ lost: 1, applied: 1 });
    await service.start();
    expect(service.fence).toBeNull();
    await expect(verify(secret)).rejects.toMatchObject({ code: 'token_revoked' });
    await waitFor('heartbeats', () => beats.length > 0);
  });

  test('is noticed also while the service runs, and without a witness', async () => {
    await service.fresh();
    const { token, secret } = await issue('Ended');
    const backup = await service.dump();
    await revoke(token.id);
    await service.putBack(backup);
    await waitFor('the fence', () => service.fence);
    await expect(verify(secret)).rejects.toMatchObject({ code: 'restored_older' });
  });

  test('is fenced and merged by a witness that was compacted, which no start fills up again', async () => {
    await service.fresh();
    await rm(service.witness, { force: true });
    const { token, secret } = await issue('Ended');
    let { revision } = token;
    const backup = await service.dump();
    for (let turn = 0; turn < 10; turn++)
      ({ revision } = await service.caller.services.request(updateToken, {
        tokenId: token.id,
        revision,
        disabled: turn % 2 === 0,
      }));
    await revoke(token.id);
    expect((await service.witnessed()).length).toBeGreaterThan(5);
    await service.compact();
    const [last, ...others] = await service.witnessed();
    expect(others).toEqual([]);
    await service.stop();
    await service.start();
    expect(await service.witnessed()).toEqual([last]);
    expect(await service.restore(backup)).toBe(true);
    await service.stop();
    expect(await service.merge()).toEqual({ lost: 1, applied: 1 });
    await service.start();
    await expect(verify(secret)).rejects.toMatchObject({ code: 'token_revoked' });
  });

  test('accepts no link that was ended after the backup, whether it was made before it or after', async () => {
    await service.fresh();
    const { token, secret } = await issue('Lends');
    const secretHash = hashSecret(secret);
    const make = async () => {
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const link = { apiId: newId('api'), format: 'csv', expiresAt } as const;
      return (await service.caller.services.request(recordLink, { secretHash, link })).linkId;
    };
    const before = await make();
    const backup = await service.dump();
    const ended = [before, await make()];
    for (const linkId of ended) await service.caller.services.request(endLink, { tokenId: token.id, linkId });
    expect(await service.restore(backup)).toBe(true);
    await expect(verify(secret)).rejects.toMatchObject({ code: 'restored_older' });
    await service.stop();
    expect(await service.merge()).toEqual({ lost: 2, applied: 2 });
    await service.start();
    expect((await verify(secret)).endedLinks?.toSorted()).toEqual(ended);
  });

  test('lets in what was revoked only once somebody has given it up in words', async () => {
    await service.fresh();
    const { token, secret } = await issue('Given up');
    const backup = await service.dump();
    await revoke(token.id);
    await service.stop();
    await service.putBack(backup);
    expect(await service.merge(true)).toEqual({ lost: 1, applied: 0 });
    await service.start();
    expect(service.fence).toBeNull();
    expect(await isGood(secret)).toBe(true);
  });

  test('that is new is not fenced by what an earlier installation left, and revokes where the witness cannot be written', async () => {
    await service.fresh();
    expect(service.fence).toBeNull();
    const { token, secret } = await issue('Here');
    await rm(service.witness, { force: true });
    await rm(service.directory, { recursive: true });
    await writeFile(service.directory, 'no folder any more');
    await revoke(token.id);
    expect(await isGood(secret)).toBe(false);
    expect(service.degraded).toContain('revocations cannot be written to the witness');
    await rm(service.directory);
    await service.newDirectory();
    await service.stop();
    await service.start();
    // What was not written before is made up for.
    const backup = (await service.dump()).map(({ name, docs }) => ({
      name,
      docs: name === 'revocations' ? docs.slice(0, 1) : docs,
    }));
    await service.stop();
    await service.putBack(backup);
    await service.start();
    expect(service.fence).toContain('knows 0 revocations, and 1 were made');
  });

  test.each(Array.from({ length: seeds(200) }, (_, seed) => seed))(
    'accepts no token that was ended after the backup, in any order of events (seed %i)',
    async (seed) => {
      const random = randomFrom(seed);
      const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
      await service.fresh();
      const good = new Map<string, { secret: string; revision: number }>();
      const ended: string[] = [];
      let backup = await service.dump();
      const act = async (step: number) => {
        const id = pick([...good.keys()]);
        const chance = random();
        if (!id || chance < 0.35) {
          const { token, secret } = await issue(`Token ${step}`);
          good.set(token.id, { secret, revision: token.revision });
        } else if (chance < 0.65) {
          await revoke(id);
          ended.push(good.get(id)?.secret ?? '');
          good.delete(id);
        } else if (chance < 0.8) {
          ended.push(good.get(id)?.secret ?? '');
          const { token, secret } = await service.caller.services.request(rotateToken, {
            tokenId: id,
            graceSeconds: 0,
          });
          good.set(id, { secret, revision: token.revision });
        } else if (chance < 0.9) {
          const revision = good.get(id)?.revision ?? 0;
          await service.caller.services.request(updateToken, { tokenId: id, revision, disabled: true });
          ended.push(good.get(id)?.secret ?? '');
          good.delete(id);
        } else backup = await service.dump();
      };
      for (let step = 0; step < 12; step++) await act(step);
      const endedCount = ended.length;
      if (random() < 0.5) await service.compact();
      const isFenced = await service.restore(backup);
      fenced += isFenced ? 1 : 0;
      // Behind the fence nothing is good; without one, the backup lacked nothing.
      for (const secret of ended) expect(await isGood(secret)).toBe(false);
      if (isFenced) {
        for (const { secret } of good.values()) expect(await isGood(secret)).toBe(false);
        await service.stop();
        await service.merge();
        await service.start();
      }
      expect(service.fence).toBeNull();
      for (const secret of ended) expect(await isGood(secret)).toBe(false);
      // What goes on from there is counted on.
      const { token, secret } = await issue('After');
      await revoke(token.id);
      await service.stop();
      await service.start();
      expect({ good: await isGood(secret), fence: service.fence, endedCount }).toEqual({
        good: false,
        fence: null,
        endedCount,
      });
    },
  );

  test('was older in most of these drills', () => {
    expect(fenced).toBeGreaterThan(seeds(200) / 4);
  });
});

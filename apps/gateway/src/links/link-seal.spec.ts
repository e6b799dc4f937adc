import { randomBytes } from 'node:crypto';
import { newId } from '@sluice/runtime/ids';
import { hashSecret } from '@sluice/runtime/secret-format';
import fc from 'fast-check';
import { seeds } from '../../../../test/measure/seeds';
import type { InstallationKey } from '../reading/installation-key';
import { type Capability, LinkSeal } from './link-seal';

const sealOf = (key: Buffer, ...others: Buffer[]) =>
  new LinkSeal({ fetch: async () => ({ key, others, olderNamesUntilMs: 0 }) } as unknown as InstallationKey);
const capability = (): Capability => ({
  id: newId('lnk'),
  apiId: newId('api'),
  secretHash: hashSecret('a secret'),
  format: 'parquet',
  query: 'city=Rome',
  snapshot: { versionId: newId('ver'), seq: 3 },
  version: 2,
  madeAt: 1_799_000_000,
  expiresAt: 1_800_000_000,
});

/** One that gives the latest rows. */
const latest = (): Capability => ({ ...capability(), snapshot: null, version: null });

describe('a sealed link', () => {
  const key = randomBytes(32);
  const seal = sealOf(key);

  it('is opened by every gateway of the installation, and by no other', async () => {
    const given = capability();
    const sealed = await seal.seal(given);
    expect(await sealOf(key).open(sealed)).toEqual(given);
    expect(await sealOf(randomBytes(32)).open(sealed)).toBeNull();
    expect(await seal.seal(given)).not.toBe(sealed);
  });

  it('of an earlier release, without an id and the moment of its making, is opened until it expires', async () => {
    const { id: _id, madeAt: _madeAt, ...given } = capability();
    expect(await seal.open(await seal.seal(given))).toEqual(given);
  });

  it('is opened with the keys of before, while they count', async () => {
    const [before, now] = [randomBytes(32), randomBytes(32)];
    const sealed = await sealOf(before).seal(capability());
    expect(await sealOf(now, before).open(sealed)).not.toBeNull();
    expect(await sealOf(now).open(sealed)).toBeNull();
  });

  it('tells nothing of what is in it', async () => {
    const given = capability();
    const bytes = Buffer.from(await seal.seal(given), 'base64url').toString('latin1');
    for (const part of [given.apiId, given.secretHash, given.query, given.snapshot?.versionId ?? ''])
      expect(bytes).not.toContain(part);
  });

  it.each([
    ['rows of its making', capability],
    ['the latest rows', latest],
  ])(
    'to %s is none any more after any change of it',
    async (_name, make) => {
      const links = await Promise.all([make(), make()].map((each) => seal.seal(each)));
      const [one = '', other = ''] = links;
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=.%/ ';
      const character = fc.constantFrom(...alphabet);
      const position = fc.nat(one.length - 1);
      const changed = fc.oneof(
        fc.tuple(position, character).map(([at, by]) => one.slice(0, at) + by + one.slice(at + 1)),
        position.map((at) => one.slice(0, at)),
        fc.tuple(position, character).map(([at, by]) => one.slice(0, at) + by + one.slice(at)),
        position.map((at) => one.slice(0, at) + other.slice(at)),
        fc.base64String().map((text) => one + text),
        fc.string(),
      );
      await fc.assert(
        fc.asyncProperty(changed, async (text) => {
          fc.pre(!links.includes(text));
          expect(await seal.open(text)).toBeNull();
        }),
        { numRuns: seeds(100_000) },
      );
    },
    120_000,
  );
});

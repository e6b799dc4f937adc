import { createCipheriv, randomBytes } from 'node:crypto';
import { CursorSeal, type Position } from './cursor-seal';
import type { InstallationKey } from './installation-key';

const key = Buffer.alloc(32, 7);
const sourceId = `api_${'z'.repeat(26)}`;
const position: Position = {
  sourceId,
  queryHash: 'q'.repeat(22),
  snapshot: { versionId: `ver_${'z'.repeat(26)}`, seq: Number.MAX_SAFE_INTEGER },
  version: Number.MAX_SAFE_INTEGER,
  after: { row: Number.MAX_SAFE_INTEGER, values: [] },
};

/** Seals with a key at hand; whether cursors of the release before count is said here. */
function sealer(takesOlder = false, sealing = key, others: Buffer[] = []): CursorSeal {
  const installation: Pick<InstallationKey, 'fetch' | 'takesOlderNames'> = {
    fetch: async () => ({ key: sealing, others, olderNamesUntilMs: 0 }),
    takesOlderNames: () => takesOlder,
  };
  return new CursorSeal(installation as InstallationKey);
}

/** A cursor as the release before made it. */
function olderCursor(of: Position): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(of)), cipher.final()]);
  return `c1_${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`;
}

describe('a cursor', () => {
  it('has less than 200 characters, however large the numbers in it are, and opens to where it was given', async () => {
    const cursor = await sealer().seal(position);
    expect(cursor.length).toBeLessThan(200);
    expect(await sealer().open(cursor, sourceId)).toEqual(position);
    expect(await sealer().seal(position)).toBe(cursor);
  });

  it('opens nowhere else, and not when a character of it is another', async () => {
    const cursor = await sealer().seal(position);
    await expect(sealer().open(cursor, `api_${'y'.repeat(26)}`)).rejects.toMatchObject({ code: 'cursor_mismatch' });
    for (const at of [3, 20, 40, cursor.length - 2]) {
      const other = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
      await expect(sealer().open(other, sourceId)).rejects.toMatchObject({ code: 'cursor_mismatch' });
    }
    for (const text of ['', 'c2_', 'c1_', 'x'])
      await expect(sealer().open(text, sourceId)).rejects.toMatchObject({ code: 'cursor_mismatch' });
  });

  it('goes on over a new key, as long as the one before counts, and opens where the new one is known only', async () => {
    const next = Buffer.alloc(32, 8);
    const [before, after] = [await sealer().seal(position), await sealer(false, next).seal(position)];
    expect(after).not.toBe(before);
    expect(await sealer(false, next, [key]).open(before, sourceId)).toEqual(position);
    expect(await sealer(false, key, [next]).open(after, sourceId)).toEqual(position);
    await expect(sealer(false, next).open(before, sourceId)).rejects.toMatchObject({ code: 'cursor_mismatch' });
  });

  it('of the release before goes on for a day after the upgrade, and no longer', async () => {
    const older = { ...position, after: { row: 7, values: ['x', null] } };
    expect(await sealer(true).open(olderCursor(older), sourceId)).toEqual(older);
    await expect(sealer(false).open(olderCursor(older), sourceId)).rejects.toMatchObject({ code: 'cursor_mismatch' });
  });
});

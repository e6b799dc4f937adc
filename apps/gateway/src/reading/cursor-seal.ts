import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RowKey } from '@sluice/contracts/catalogue/rows';
import { Snapshot } from '@sluice/contracts/snapshot';
import { z } from 'zod';
import { HttpProblem } from '../http/problem';
import { InstallationKey } from './installation-key';

/** The place where a page begins: a snapshot, a source and query, and the row before it. */
const Position = z.object({
  sourceId: z.string(),
  queryHash: z.string(),
  snapshot: Snapshot,
  version: z.int(),
  after: RowKey,
});
export type Position = z.infer<typeof Position>;

/** What is sealed of it: the source is known to whoever opens it. Short, since cursors stand in addresses. */
const Sealed = z.tuple([z.string(), z.string(), z.int(), z.int(), z.int()]);

const PREFIX = 'c2_';
/** Of cursors that the release before gave, which hold the whole position with the values of its row. */
const OLDER_PREFIX = 'c1_';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals cursors with AES-256-GCM: they cannot be read, altered or moved to another API, and every gateway opens them. */
@Injectable()
export class CursorSeal {
  constructor(private readonly installation: InstallationKey) {}

  async seal({ sourceId, queryHash, snapshot, version, after }: Position): Promise<string> {
    const { key } = await this.installation.fetch();
    const sealed: z.output<typeof Sealed> = [queryHash, snapshot.versionId, snapshot.seq, version, after.row];
    const text = JSON.stringify(sealed);
    // Made from the text, not at random: equal pages are to be equal bytes, and no two texts share one.
    const iv = createHmac('sha256', key).update(`${sourceId}\n${text}`).digest().subarray(0, IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(sourceId));
    const bytes = Buffer.concat([cipher.update(text), cipher.final()]);
    return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), bytes]).toString('base64url');
  }

  /** Fails with `cursor_mismatch` when the cursor is none of ours or belongs to another API. */
  async open(cursor: string, sourceId: string): Promise<Position> {
    const secret = await this.installation.fetch();
    const isOlder = cursor.startsWith(OLDER_PREFIX) && this.installation.takesOlderNames(secret);
    for (const key of [secret.key, ...secret.others]) {
      const position = isOlder ? openOlder(cursor, key) : open(cursor, key, sourceId);
      if (position?.sourceId === sourceId) return position;
    }
    throw cursorMismatch();
  }
}

/** Refuses a cursor that does not belong to the query. */
export function cursorMismatch(): HttpProblem {
  return new HttpProblem('cursor_mismatch', {
    detail: 'use page.nextCursor of this API with the same query',
    faults: [
      { in: 'query', name: '_cursor', code: 'cursor_mismatch', detail: 'this cursor belongs to another query or API' },
    ],
  });
}

/** Makes a short name for a text that stays within the gateway: with a list of guesses, others could read it. */
export function hashOf(canonical: string): string {
  return createHash('sha256').update(canonical).digest('base64url').slice(0, 22);
}

function open(cursor: string, key: Buffer, sourceId: string): Position | null {
  const sealed = Sealed.safeParse(
    cursor.startsWith(PREFIX) ? decrypt(cursor.slice(PREFIX.length), key, sourceId) : null,
  );
  if (!sealed.success) return null;
  const [queryHash, versionId, seq, version, row] = sealed.data;
  return { sourceId, queryHash, snapshot: { versionId, seq }, version, after: { row, values: [] } };
}

function openOlder(cursor: string, key: Buffer): Position | null {
  return Position.safeParse(decrypt(cursor.slice(OLDER_PREFIX.length), key)).data ?? null;
}

/** What was sealed with these words beside it; null when it was not, or not like this. */
function decrypt(text: string, key: Buffer, beside?: string): unknown {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length <= IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  if (beside !== undefined) decipher.setAAD(Buffer.from(beside));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return JSON.parse(
      Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(),
    );
  } catch {
    return null;
  }
}

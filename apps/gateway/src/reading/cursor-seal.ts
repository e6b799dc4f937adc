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

const PREFIX = 'c1_';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals cursors with AES-256-GCM: they cannot be read, altered or moved to another API, and every gateway opens them. */
@Injectable()
export class CursorSeal {
  constructor(private readonly installation: InstallationKey) {}

  async seal(position: Position): Promise<string> {
    const { key } = await this.installation.fetch();
    const text = JSON.stringify(position);
    // Made from the text, not at random: equal pages are to be equal bytes, and no two texts share one.
    const iv = createHmac('sha256', key).update(text).digest().subarray(0, IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
    return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Fails with `cursor_mismatch` when the cursor is none of ours or belongs to another API. */
  async open(cursor: string, sourceId: string): Promise<Position> {
    const position = decrypt(cursor, (await this.installation.fetch()).key);
    if (!position || position.sourceId !== sourceId) throw cursorMismatch();
    return position;
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

function decrypt(cursor: string, key: Buffer): Position | null {
  const bytes = Buffer.from(cursor.slice(PREFIX.length), 'base64url');
  if (!cursor.startsWith(PREFIX) || bytes.length <= IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString();
    return Position.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

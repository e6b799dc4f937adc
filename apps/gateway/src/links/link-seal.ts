import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Format } from '@sluice/contracts/formats';
import { ApiId, LinkId } from '@sluice/contracts/ids';
import { Snapshot } from '@sluice/contracts/snapshot';
import { SecretHash } from '@sluice/contracts/tokens/secret-hash';
import { z } from 'zod';
import { InstallationKey } from '../reading/installation-key';

/** What a link lets its holder read, on whose behalf, and until when. */
const Capability = z.object({
  /** By which it is ended. Absent in links to files that an answer names (`file-links.ts`), and in those of an earlier release. */
  id: LinkId.optional(),
  apiId: ApiId,
  /** Of the token's secret: the link is the token in another form, and nothing without it. */
  secretHash: SecretHash,
  /** Set where the secret is one that OAuth issued to an agent. */
  byAgent: z.literal(true).optional(),
  format: Format,
  /** The query string of an export. */
  query: z.string(),
  /** Null: the latest rows, whatever they are. */
  snapshot: Snapshot.nullable(),
  version: z.int().nullable(),
  /** By the wall clock, in seconds since 1970. Absent where there is no id. */
  madeAt: z.int().optional(),
  /** By the wall clock, in seconds since 1970. */
  expiresAt: z.int(),
  /** Set where not the rows are meant, but what a commit of the version changed in them, in the file of changes since a snapshot. */
  changes: z.object({ before: Snapshot, seq: z.int() }).optional(),
});
export type Capability = z.infer<typeof Capability>;

const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Sealed links are none of the cursors that the same secret seals. */
const USE = 'link';

/** Seals capabilities with AES-256-GCM under a key of their own: they cannot be read or altered, and every gateway opens them. */
@Injectable()
export class LinkSeal {
  constructor(private readonly installation: InstallationKey) {}

  async seal(capability: Capability): Promise<string> {
    const iv = randomBytes(IV_BYTES);
    const { key } = await this.installation.fetch();
    const cipher = createCipheriv('aes-256-gcm', keyFor(key), iv).setAAD(Buffer.from(USE));
    const bytes = Buffer.concat([cipher.update(JSON.stringify(capability)), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), bytes]).toString('base64url');
  }

  /** Opens what was sealed here; null for anything else. Whether it has expired is for the caller to see. */
  async open(sealed: string): Promise<Capability | null> {
    const bytes = Buffer.from(sealed, 'base64url');
    // Several texts stand for the same bytes; one of them is the link.
    if (bytes.length <= IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return null;
    const { key, others } = await this.installation.fetch();
    for (const each of [key, ...others]) {
      const opened = decrypt(bytes, keyFor(each));
      if (opened) return opened;
    }
    return null;
  }
}

function decrypt(bytes: Buffer, key: Buffer): Capability | null {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(USE)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString();
    return Capability.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function keyFor(installation: Buffer): Buffer {
  return createHmac('sha256', installation).update(USE).digest();
}

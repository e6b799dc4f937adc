import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InstallationKey } from '../reading/installation-key';

const ALGORITHM = 'aes-256-ecb';
const HALF_BYTES = 8;
const BLOCK_BYTES = 2 * HALF_BYTES;

/** Makes the keys of rows of one API. */
export class RowKeySeal {
  /** The first one makes keys, all of them open some. */
  constructor(private readonly secrets: readonly Buffer[]) {}

  /** Gives the key of each position, in their order. */
  seal(versionId: string, positions: readonly number[]): string[] {
    const [secret] = this.secrets;
    if (!secret) return [];
    const mark = markOf(versionId);
    const blocks = Buffer.alloc(positions.length * BLOCK_BYTES);
    for (const [index, position] of positions.entries()) {
      mark.copy(blocks, index * BLOCK_BYTES);
      blocks.writeBigUInt64BE(BigInt(position), index * BLOCK_BYTES + HALF_BYTES);
    }
    // Each block stands for itself, and no two are alike: what a chain of blocks would hide is not there.
    const sealed = createCipheriv(ALGORITHM, secret, null).setAutoPadding(false).update(blocks);
    return positions.map((_, index) => sealed.toString('base64url', index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES));
  }

  /** Gives the position behind a key; null where it is none of this version of the API. */
  open(versionId: string, key: string): number | null {
    const sealed = Buffer.from(key, 'base64url');
    if (sealed.length !== BLOCK_BYTES) return null;
    for (const secret of this.secrets) {
      const block = createDecipheriv(ALGORITHM, secret, null).setAutoPadding(false).update(sealed);
      if (block.subarray(0, HALF_BYTES).equals(markOf(versionId))) return Number(block.readBigUInt64BE(HALF_BYTES));
    }
    return null;
  }
}

/**
 * Gives rows a key that have none of their own: where they stand in their version, sealed, since the place itself would tell how
 * many rows the API keeps back. A key is good as long as the version, and the keys of the installation.
 */
@Injectable()
export class RowKeys {
  constructor(private readonly installation: InstallationKey) {}

  async sealOf(apiId: string): Promise<RowKeySeal> {
    const { key, others } = await this.installation.fetch();
    return new RowKeySeal(
      [key, ...others].map((secret) => createHmac('sha256', secret).update(`row\n${apiId}`).digest()),
    );
  }
}

function markOf(versionId: string): Buffer {
  return createHash('sha256').update(versionId).digest().subarray(0, HALF_BYTES);
}

import { Injectable } from '@nestjs/common';
import type { AdminVerdict } from '@sluice/contracts/tokens/admin-verdicts';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { hashSecret, isSecret, type SecretPrefix } from '@sluice/runtime/secret-format';
import { FailureLimit } from '../limits/failure-limit';
import type { VerdictCache } from '../verdicts/verdict-cache';

/** Finds out whether a secret is good as cheaply as it can: by its form, by what is known, and only then over the bus. */
@Injectable()
export class Judgement {
  constructor(private readonly failures: FailureLimit) {}

  /**
   * A secret whose checksum is wrong was never ours: it costs no message. What has to be verified is limited by the
   * failures of the client's address; what is known to be good is not.
   */
  async verify<V extends Verdict | AdminVerdict>(
    cache: VerdictCache<V>,
    prefix: SecretPrefix,
    secret: string,
    address: string,
  ): Promise<V | false> {
    if (!isSecret(secret, prefix)) {
      if (!isSecret(secret, prefix === 'slc' ? 'sla' : 'slc')) this.failures.count(address);
      return false;
    }
    return await this.verifyHash(cache, hashSecret(secret), address);
  }

  /** The same of a secret whose form is known to be right. */
  async verifyHash<V extends Verdict | AdminVerdict>(
    cache: VerdictCache<V>,
    secretHash: string,
    address: string,
  ): Promise<V | false> {
    const known = cache.find(secretHash);
    if (known) return known;
    const ended = await this.failures.attempt(address, secretHash);
    const verdict = await cache.check(secretHash).catch((error: unknown) => {
      ended(false);
      throw error;
    });
    this.failures.learn(secretHash, verdict !== null);
    ended(verdict === null);
    return verdict ?? false;
  }
}

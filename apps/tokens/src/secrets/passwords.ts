import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { InFlight } from '@sluice/messaging/in-flight';
import { ServiceError } from '@sluice/messaging/service-error';

/** Argon2id, the library's default kind, with OWASP's parameters: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Hashing takes tens of milliseconds of one core and 19 MiB each: more at a time would only wait. */
const MAX_AT_A_TIME = 16;

/** Hashes and compares passwords, as slowly for an account that is not there as for one that is. */
@Injectable()
export class Passwords {
  private readonly inFlight = new InFlight(MAX_AT_A_TIME);
  private readonly nobodys = hash(randomBytes(32), PARAMETERS);

  hash(password: string): Promise<string> {
    return this.bounded(() => hash(asCompared(password), PARAMETERS));
  }

  /** Whether it is the password behind the hash; without a hash the work is the same and the answer no. */
  matches(passwordHash: string | null, password: string): Promise<boolean> {
    return this.bounded(async () => {
      const same = await verify(passwordHash ?? (await this.nobodys), asCompared(password));
      return same && passwordHash !== null;
    });
  }

  private async bounded<T>(work: () => Promise<T>): Promise<T> {
    const leave = this.inFlight.enter();
    if (!leave) throw new ServiceError('overloaded');
    try {
      return await work();
    } finally {
      leave();
    }
  }
}

/** Keyboards write the same character in different ways (NIST SP 800-63B section 5.1.1.2). */
function asCompared(password: string): string {
  return password.normalize('NFKC');
}

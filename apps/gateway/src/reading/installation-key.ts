import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { getCursorKey } from '@sluice/contracts/tokens/tokens';
import { Services } from '@sluice/messaging/services';
import { CLOCK, type Clock } from '@sluice/runtime/clock';

/** The secret that all gateways of an installation share, and what they do with it. */
export interface InstallationSecret {
  key: Buffer;
  /** By the monotonic clock: until then names of the release before, which had no key, count too. */
  olderNamesUntilMs: number;
}

/** Fetches the secret of the installation once; a failure is forgotten, so that the next request asks again. */
@Injectable()
export class InstallationKey {
  private secret: Promise<InstallationSecret> | null = null;

  constructor(
    private readonly services: Services,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  fetch(): Promise<InstallationSecret> {
    const askedMs = this.clock.monotonicMs();
    this.secret ??= this.services.request(getCursorKey, {}).then(
      ({ key, olderNamesMs }) => ({ key: Buffer.from(key, 'base64'), olderNamesUntilMs: askedMs + olderNamesMs }),
      (error: unknown) => {
        this.secret = null;
        throw error;
      },
    );
    return this.secret;
  }

  /** Tells whether names of the release before count still. */
  takesOlderNames({ olderNamesUntilMs }: InstallationSecret): boolean {
    return this.clock.monotonicMs() < olderNamesUntilMs;
  }
}

const NAME_LENGTH = 22;

/**
 * Makes a short name for a text with the secret: equal texts have equal ones on every gateway, and nobody else can try out
 * which text a name stands for. `kind` keeps names of one use from those of another.
 */
export function nameOf({ key }: InstallationSecret, kind: 'answer' | 'result', text: string): string {
  return createHmac('sha256', key).update(`${kind}\n${text}`).digest('base64url').slice(0, NAME_LENGTH);
}

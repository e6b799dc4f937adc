import { createHmac } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { getCursorKey } from '@sluice/contracts/tokens/tokens';
import { Services } from '@sluice/messaging/services';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Ticker } from '@sluice/runtime/ticker';

/** The secret that all gateways of an installation share, and what they do with it. */
export interface InstallationSecret {
  key: Buffer;
  /** Keys that were used before or will be soon: what was made with them counts too. */
  others: readonly Buffer[];
  /** By the monotonic clock: until then names of the release before, which had no key, count too. */
  olderNamesUntilMs: number;
}

/** A new key is known a minute before it is used (`others`): each gateway asks four times meanwhile. */
const REFRESH_MS = 15_000;

/** Has the secret of the installation at hand, and asks for it again at intervals; without one, a request asks. */
@Injectable()
export class InstallationKey implements OnApplicationBootstrap, OnApplicationShutdown {
  private secret: Promise<InstallationSecret> | null = null;
  private keys = '';
  private changes = 0;
  private readonly refreshing = new Ticker({
    name: 'InstallationKey',
    everyMs: REFRESH_MS,
    turn: async () => {
      const secret = await this.ask();
      this.secret = Promise.resolve(secret);
    },
  });

  constructor(
    private readonly services: Services,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Grows with each change of the keys: what was made with the ones before is made anew. */
  get generation(): number {
    return this.changes;
  }

  onApplicationBootstrap(): void {
    this.refreshing.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.refreshing.stop();
  }

  /** A failure is forgotten, so that the next request asks again. */
  fetch(): Promise<InstallationSecret> {
    this.secret ??= this.ask().catch((error: unknown) => {
      this.secret = null;
      throw error;
    });
    return this.secret;
  }

  private async ask(): Promise<InstallationSecret> {
    const askedMs = this.clock.monotonicMs();
    const { key, others, olderNamesMs } = await this.services.request(getCursorKey, {});
    const keys = [key, ...others].join();
    if (keys !== this.keys) this.changes++;
    this.keys = keys;
    return {
      key: Buffer.from(key, 'base64'),
      others: others.map((other) => Buffer.from(other, 'base64')),
      olderNamesUntilMs: askedMs + olderNamesMs,
    };
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
export function nameOf({ key }: Pick<InstallationSecret, 'key'>, kind: 'answer' | 'result', text: string): string {
  return createHmac('sha256', key).update(`${kind}\n${text}`).digest('base64url').slice(0, NAME_LENGTH);
}

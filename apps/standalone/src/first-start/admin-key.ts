import { setTimeout as pause } from 'node:timers/promises';
import { claimFirstAdminKey } from '@sluice/contracts/admins';
import { Bus } from '@sluice/messaging/bus';
import { ServiceError } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { systemClock } from '@sluice/runtime/clock';
import { Readiness } from '@sluice/runtime/readiness';

const RETRY_MS = 100;
const PATIENCE_MS = 60_000;

export interface BusAddress {
  /** One or more servers, separated by commas, as in NATS_URL. */
  url: string;
  user?: string;
  password?: string;
}

/** Claims the installation's first admin key as soon as tokens answers; null when it was claimed before. */
export async function claimAdminKey({ url, ...credentials }: BusAddress): Promise<string | null> {
  const bus = new Bus({ service: 'standalone', servers: url.split(','), ...credentials }, new Readiness());
  const services = new Services(bus, systemClock);
  try {
    await bus.connection();
    return await whenAvailable(async () => (await services.request(claimFirstAdminKey, {})).secret);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'admin_key_claimed') return null;
    throw error;
  } finally {
    await bus.onApplicationShutdown();
  }
}

/** Only "nobody is there" is tried again: it proves that no key was made. */
async function whenAvailable<T>(request: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      const nobody = error instanceof ServiceError && error.code === 'unavailable';
      if (!nobody || performance.now() > deadline) throw error;
      await pause(RETRY_MS);
    }
  }
}

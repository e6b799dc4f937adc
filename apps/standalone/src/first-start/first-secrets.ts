import { setTimeout as pause } from 'node:timers/promises';
import type { ErrorCode } from '@sluice/contracts/errors';
import { claimFirstAdminKey } from '@sluice/contracts/tokens/admins';
import { createSetupLink } from '@sluice/contracts/tokens/sessions';
import { Bus } from '@sluice/messaging/bus';
import { HedgedRequests } from '@sluice/messaging/hedged-requests';
import { Replies } from '@sluice/messaging/replies';
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
export async function claimAdminKey(bus: BusAddress): Promise<string | null> {
  // Only "nobody is there" proves that no key was made.
  const claimed = await ask(bus, (services) => services.request(claimFirstAdminKey, {}), {
    done: 'admin_key_claimed',
    again: ['unavailable'],
  });
  return claimed?.secret ?? null;
}

/** Asks for the one-time link of the owner's account, which ends the one before; null when there is an owner. */
export async function ownerSetupSecret(bus: BusAddress): Promise<string | null> {
  const link = await ask(bus, (services) => services.request(createSetupLink, {}), {
    done: 'setup_done',
    again: ['unavailable', 'timeout'],
  });
  return link?.secret ?? null;
}

/** The reply, as soon as somebody gives one; null for the refusal that says that it was done before. */
async function ask<Reply>(
  { url, ...credentials }: BusAddress,
  request: (services: Services) => Promise<Reply>,
  refusals: { done: ErrorCode; again: ErrorCode[] },
): Promise<Reply | null> {
  const bus = new Bus({ service: 'standalone', servers: url.split(','), ...credentials }, new Readiness());
  const requests = new HedgedRequests(new Replies(bus), systemClock);
  const services = new Services(bus, requests, systemClock);
  try {
    await bus.connection();
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await request(services);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        if (error.code === refusals.done) return null;
        if (!refusals.again.includes(error.code) || performance.now() > deadline) throw error;
        await pause(RETRY_MS);
      }
    }
  } finally {
    await bus.onApplicationShutdown();
  }
}

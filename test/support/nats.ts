import type { NatsUser } from '@sluice/messaging/nats-authorization';
import { EmbeddedNats } from '../../apps/standalone/src/embedded/embedded-nats';
import type { ContainerSpec } from './containers';
import { type EngineKind, startEngine, type TestEngine } from './engine-choice';

export const natsContainer: ContainerSpec = {
  image: 'nats:2.14',
  port: 4222,
  readyLog: /Server is ready/,
  url: (port) => `nats://127.0.0.1:${port}`,
};

/** A private, real nats-server on a loopback port that lets in everybody: the contracts of a test have no permissions. */
export function startNats(kind?: EngineKind): Promise<TestEngine> {
  return startEngine((directory) => new EmbeddedNats(directory), natsContainer, kind);
}

/** One with the product's own users and permissions, as `npm start` and compose run it. */
export function startGuardedNats(users: readonly NatsUser[]): Promise<TestEngine> {
  return startEngine((directory) => new EmbeddedNats(directory, users), natsContainer, 'embedded');
}

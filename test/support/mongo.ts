import { EmbeddedMongo } from '../../apps/standalone/src/embedded/embedded-mongo';
import type { ContainerSpec } from './containers';
import { type EngineKind, startEngine, type TestEngine } from './engine-choice';

export const mongoContainer: ContainerSpec = {
  image: 'mongo:8',
  port: 27017,
  readyLog: /Waiting for connections/,
  url: (port) => `mongodb://127.0.0.1:${port}/?directConnection=true&w=1&journal=true`,
};

/** A private, real MongoDB engine with empty data; the url names no database. */
export function startMongo(kind?: EngineKind): Promise<TestEngine> {
  return startEngine((directory) => new EmbeddedMongo(directory), mongoContainer, kind);
}

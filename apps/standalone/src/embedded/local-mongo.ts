import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedMongo, embeddedMongoUrl } from './embedded-mongo';
import type { HostedEngine, Progress } from './engine';
import { Mongod, mongodUrl } from './mongod';
import { findOnPath } from './run';

/**
 * The MongoDB of an installation on this machine: a `mongod` of the machine if there is one, else the embedded engine.
 * Data stays with the kind of engine that wrote it, because the two may be of different versions.
 */
export async function localMongo(dataDirectory: string, progress: Progress): Promise<HostedEngine> {
  const { embedded, mongod } = folders(dataDirectory);
  const installed = findOnPath('mongod');
  if (!installed || existsSync(embedded)) return new EmbeddedMongo(embedded, progress);
  return new Mongod(installed, mongod);
}

/** The address of the one that a launcher on this machine runs for the data directory, with the same temporary directory. */
export function runningMongoUrl(dataDirectory: string): Promise<string> {
  const { embedded, mongod } = folders(dataDirectory);
  return existsSync(embedded) ? embeddedMongoUrl(embedded) : mongodUrl(mongod);
}

function folders(dataDirectory: string) {
  return { embedded: join(dataDirectory, 'mongo-embedded'), mongod: join(dataDirectory, 'mongod') };
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedMongo } from './embedded-mongo';
import type { HostedEngine, Progress } from './engine';
import { Mongod } from './mongod';
import { findOnPath } from './run';

/**
 * The MongoDB of an installation on this machine: a `mongod` of the machine if there is one, else the embedded engine.
 * Data stays with the kind of engine that wrote it, because the two may be of different versions.
 */
export async function localMongo(dataDirectory: string, progress: Progress): Promise<HostedEngine> {
  const embedded = join(dataDirectory, 'mongo-embedded');
  const installed = findOnPath('mongod');
  if (!installed || existsSync(embedded)) return new EmbeddedMongo(embedded, progress);
  return new Mongod(installed, join(dataDirectory, 'mongod'));
}

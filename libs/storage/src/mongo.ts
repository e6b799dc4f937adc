import os from 'node:os';
import type { DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { getConnectionToken, InjectConnection, MongooseModule } from '@nestjs/mongoose';
import { Readiness } from '@sluice/runtime/readiness';
import { type Connection, ConnectionStates, type ConnectOptions } from 'mongoose';
import { MongoWatch } from './mongo-watch';
import { StorageFilter } from './storage.filter';

/**
 * Every write is acknowledged only when it is in the journal, and by a majority of a replica set: it then survives the
 * death of every process. Only a URL that says `w=1`, for a MongoDB of one node, asks for less. Waiting for a server or a connection is bounded, so that requests fail instead of piling up.
 * No sessions, transactions, change streams or TTL indexes anywhere: the embedded engine has none.
 */
const options: ConnectOptions = {
  readPreference: 'primary',
  retryWrites: false,
  // Requests have 2 s: this leaves time to say that the database is away.
  serverSelectionTimeoutMS: 1_000,
  heartbeatFrequencyMS: 2_000,
  connectTimeoutMS: 3_000,
  waitQueueTimeoutMS: 1_000,
  maxPoolSize: 20,
  bufferCommands: false,
};

const RETRY_MS = 1_000;

/**
 * The connection of one service to its own database, `sluice_<service>`; keeps trying until MongoDB is there. While it is
 * away, handlers refuse as `unavailable`.
 */
export function mongoModule(service: string, uri: string): DynamicModule {
  const connection = MongooseModule.forRoot(uri, {
    ...options,
    writeConcern: writeConcernOf(uri),
    dbName: `sluice_${service}`,
    appName: `sluice-${service}`,
    // By itself the driver imports it, which fails without a word in code that was compiled ahead; then it has no name.
    runtimeAdapters: { os },
    autoCreate: false,
    retryAttempts: Number.MAX_SAFE_INTEGER,
    retryDelay: RETRY_MS,
    verboseRetryLog: true,
  });
  return {
    ...connection,
    providers: [
      { provide: APP_FILTER, useClass: StorageFilter },
      {
        provide: MongoWatch,
        useFactory: (opened: Connection) => new MongoWatch(opened, uri),
        inject: [getConnectionToken()],
      },
    ],
  };
}

function writeConcernOf(uri: string): ConnectOptions['writeConcern'] {
  const alone = new URLSearchParams(uri.split('?')[1]).get('w') === '1';
  return { w: alone ? 1 : 'majority', journal: true };
}

/** Shows in /health/ready whether MongoDB can be reached. */
export class MongoReadiness {
  constructor(@InjectConnection() connection: Connection, readiness: Readiness) {
    readiness.register('mongodb', () =>
      connection.readyState === ConnectionStates.connected ? null : 'not connected to MongoDB',
    );
  }
}

import { type ArgumentsHost, Catch, Logger, type RpcExceptionFilter } from '@nestjs/common';
import { MongooseError, mongo } from 'mongoose';
import { BrokenConnection } from './broken-connection';
import { DatabaseFull, isDatabaseFull } from './database-full';
import { UnknownCursor } from './list-position';
import { RestoredOlder } from './restored-older';
import { StorageUnavailable } from './storage-unavailable';

/** The errors that the driver throws while there is no server, no connection, or no primary. */
const unreachable = [
  mongo.MongoNetworkError,
  mongo.MongoServerSelectionError,
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoServerClosedError,
  BrokenConnection,
];
/** What has its code already. */
const thrownOn = [StorageUnavailable, UnknownCursor, RestoredOlder];
const unreachableNames = ['MongoWaitQueueTimeoutError', 'MongoPoolClosedError', 'MongoPoolClearedError'];
/** Codes of a server that is stopping, stepping down or not (yet) primary. */
const unreachableCodes: unknown[] = [91, 189, 10_107, 11_600, 11_602, 13_435, 13_436];

/** Tells a database that is away (503) or full (507), and a cursor that is none, from a bug of ours (500), which is logged. */
@Catch(mongo.MongoError, MongooseError, StorageUnavailable, BrokenConnection, UnknownCursor, RestoredOlder)
export class StorageFilter implements RpcExceptionFilter<Error, never> {
  private readonly logger = new Logger(StorageFilter.name);

  catch(error: Error, _host: ArgumentsHost): never {
    if (thrownOn.some((kind) => error instanceof kind)) throw error;
    if (isDatabaseFull(error)) throw new DatabaseFull(error.message);
    if (isUnreachable(error)) throw new StorageUnavailable(error.message);
    this.logger.error(error);
    throw error;
  }
}

function isUnreachable(error: Error): boolean {
  if (unreachable.some((kind) => error instanceof kind) || unreachableNames.includes(error.name)) return true;
  return error instanceof mongo.MongoServerError && unreachableCodes.includes(error.code);
}

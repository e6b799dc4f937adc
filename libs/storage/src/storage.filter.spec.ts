import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArgumentsHost } from '@nestjs/common';
import { mongo } from 'mongoose';
import { StorageFilter } from './storage.filter';

/** The error that a write meets whose reader has just gone. */
async function brokenWrite(): Promise<unknown> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const path = join(directory, 'socket');
  const server = createServer((socket) => socket.destroy());
  await once(server.listen(path), 'listening');
  // Open for writing also when the other side has closed: each write then meets nobody.
  const socket = connect({ path, allowHalfOpen: true });
  const failed = once(socket, 'error');
  const writing = setInterval(() => socket.write('x'));
  try {
    return (await failed)[0];
  } finally {
    clearInterval(writing);
    server.close();
    await rm(directory, { recursive: true });
  }
}

describe('a failure of storage', () => {
  it('that MongoDB names OutOfDiskSpace is a full disk, and no failure of ours', () => {
    const error = new mongo.MongoServerError({ message: 'not enough disk space', code: 14_031 });
    expect(() => new StorageFilter().catch(error, {} as ArgumentsHost)).toThrow(
      expect.objectContaining({ code: 'storage_full' }),
    );
  });

  it('that the driver passes on as the socket told it is an unavailable database, and no failure of ours', async () => {
    const error = await brokenWrite();
    expect(error).toMatchObject({ code: expect.stringMatching(/EPIPE|ECONNRESET/), syscall: 'write' });
    const caught: (abstract new () => unknown)[] = Reflect.getMetadata('__filterCatchExceptions__', StorageFilter);
    expect(caught.some((kind) => error instanceof kind)).toBe(true);
    expect(() => new StorageFilter().catch(error as Error, {} as ArgumentsHost)).toThrow(
      expect.objectContaining({ code: 'unavailable' }),
    );
  });
});

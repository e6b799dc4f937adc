import { appendFileSync, writeSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFile } from './log-file';

describe('a log', () => {
  let directory: string;
  let log: LogFile;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
    log = new LogFile(join(directory, 'logs', 'part.log'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  test('stays bounded on disk, however much is written, while its writer keeps it open', async () => {
    const line = `${'x'.repeat(1024 * 1024)}\n`;
    for (let i = 0; i < 35; i++) {
      writeSync(log.descriptor, line);
      log.limit();
    }
    const names = await readdir(join(directory, 'logs'));
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(directory, 'logs', name))).size));
    expect(names.sort()).toEqual(['part.log', 'part.log.1']);
    expect(Math.max(...sizes)).toBeLessThan(12 * 1024 * 1024);
  });

  test('gives the last lines since a start, also after it was emptied meanwhile', () => {
    appendFileSync(log.descriptor, 'of an earlier start\n');
    const start = log.bytes;
    expect(log.tail(start)).toBe('');
    appendFileSync(log.descriptor, 'one\ntwo\n');
    expect(log.tail(start)).toBe('one\ntwo');
    expect(log.tail(1_000_000)).toBe('of an earlier start\none\ntwo');
  });
});

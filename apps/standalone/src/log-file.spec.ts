import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFile } from './log-file';

test('a log stays bounded on disk, however much is written', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const log = new LogFile(join(directory, 'logs', 'part.log'));
  const line = 'x'.repeat(1024 * 1024);
  for (let i = 0; i < 35; i++) log.write(line);
  const names = await readdir(join(directory, 'logs'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(directory, 'logs', name))).size));
  expect(names.sort()).toEqual(['part.log', 'part.log.1']);
  expect(Math.max(...sizes)).toBeLessThan(12 * 1024 * 1024);
  await rm(directory, { recursive: true });
});

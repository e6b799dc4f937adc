import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { socketDirectory } from './socket-directory';

test('sockets lie in one private folder per data directory, and nowhere that others can write', async () => {
  const data = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const sockets = await socketDirectory(data);
  expect((await stat(sockets)).mode & 0o777).toBe(0o700);
  expect(await socketDirectory(data)).toBe(sockets);
  await chmod(sockets, 0o777);
  await expect(socketDirectory(data)).rejects.toThrow(/is not a private folder/);
  await rm(sockets, { recursive: true });
  await rm(data, { recursive: true });
});

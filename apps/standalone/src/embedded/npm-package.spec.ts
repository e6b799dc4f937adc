import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkIntegrity } from './npm-package';

describe('a fetched package', () => {
  let directory: string;

  const installed = (packages: Record<string, { integrity?: string }>) =>
    writeFile(join(directory, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
    await mkdir(join(directory, 'node_modules'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('is used when it is the one that was tested', async () => {
    await installed({ 'node_modules/@scope/engine': { integrity: 'sha512-good' } });
    await expect(checkIntegrity(directory, { '@scope/engine': 'sha512-good' })).resolves.toBeUndefined();
  });

  test('is refused when its content is another one, or nothing vouches for it', async () => {
    await installed({ 'node_modules/@scope/engine': { integrity: 'sha512-bad' } });
    await expect(checkIntegrity(directory, { '@scope/engine': 'sha512-good' })).rejects.toThrow(
      /@scope\/engine is not/,
    );
    await installed({ 'node_modules/@scope/engine': {} });
    await expect(checkIntegrity(directory, {})).rejects.toThrow(/@scope\/engine is not/);
  });
});

import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FirstStartRecord } from './first-start-record';

test('the record survives, is readable for its owner only, and forgets the key once that has been printed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const path = join(directory, 'first-start.json');
  const record = await FirstStartRecord.read(path);
  await record.update({ adminKey: 'sla_secret' });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const again = await FirstStartRecord.read(path);
  expect(again.state.adminKey).toBe('sla_secret');
  await again.update({ adminKey: undefined, adminKeyPrinted: true });
  expect(await readFile(path, 'utf8')).not.toContain('sla_secret');
  expect((await FirstStartRecord.read(path)).state).toMatchObject({ adminKeyPrinted: true, sampleSettled: false });
  await rm(directory, { recursive: true });
});

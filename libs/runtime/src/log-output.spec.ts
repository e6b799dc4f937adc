import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { register } from 'prom-client';
import { LogOutput } from './log-output';

const FULL = '/dev/full';

async function lostLines(): Promise<number> {
  const metric = await register.getSingleMetric('sluice_log_lines_lost_total')?.get();
  return metric?.values[0]?.value ?? 0;
}

describe('the log', () => {
  test('is written in its order, the rest of it at the end', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
    const file = join(directory, 'log');
    const descriptor = openSync(file, 'a');
    const output = new LogOutput(descriptor);
    const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index}\n`);
    for (const line of lines.slice(0, -1)) output.write(line);
    output.flush();
    while (!readFileSync(file, 'utf8').endsWith('line 4998\n')) {
      await setImmediate();
      output.flush();
    }
    output.write(lines.at(-1) ?? '');
    output.end();
    expect(readFileSync(file, 'utf8')).toBe(lines.join(''));
    closeSync(descriptor);
    await rm(directory, { recursive: true });
  });

  test('on a full disk loses its lines, which are counted, and holds up nothing, not even the end', async () => {
    if (!existsSync(FULL)) return console.warn('skipped, this system has no /dev/full');
    const descriptor = openSync(FULL, 'a');
    const output = new LogOutput(descriptor);
    const before = await lostLines();
    output.write('one\n');
    output.write('two\n');
    output.flush();
    while ((await lostLines()) - before < 2) await setImmediate();
    output.write('three\n');
    output.end();
    expect((await lostLines()) - before).toBe(3);
    closeSync(descriptor);
  });
});

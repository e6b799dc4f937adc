import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';

/** Loaded before a service: counts the scripts for which V8 took what it compiled before, and those for which it did not. */
const COUNTING = `
const vm = require('node:vm');
const counts = { taken: 0, compiled: 0 };
vm.Script = class extends vm.Script {
  constructor(...given) {
    super(...given);
    counts[this.cachedDataRejected === false ? 'taken' : 'compiled']++;
  }
};
process.on('exit', () => console.log(JSON.stringify(counts)));
`;

describe('what the build compiled', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cached-code-'));
    await writeFile(join(directory, 'counting.cjs'), COUNTING);
  });
  afterAll(() => rm(directory, { recursive: true }));

  it.each(['gateway', 'catalogue', 'registry', 'tokens'])('is what %s runs at its start', (service) => {
    const args = ['--enable-source-maps', '--require', join(directory, 'counting.cjs')];
    // Without settings it ends once all of it is loaded.
    const { stdout } = spawnSync(process.execPath, [...args, join(projectRoot, 'dist', 'services', `${service}.js`)], {
      env: { PATH: process.env.PATH },
      encoding: 'utf8',
    });
    const counts = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(counts).toEqual({ taken: expect.any(Number), compiled: 0 });
    expect(counts.taken).toBeGreaterThan(3);
  });
});

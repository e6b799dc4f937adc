// Runs every test once, and a few files that failed beside others once more by themselves: where a promise is one of
// milliseconds, a machine that stood still for a moment is not told from a fault. A fault fails again; what passes only
// alone is named at the end, to be mended. More files than MAY_FAIL are no accident and run once.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { projectRoot } from '../apps/standalone/prepare.mjs';

const MAY_FAIL = 3;
const jest = join(projectRoot, 'node_modules', 'jest', 'bin', 'jest.js');

/** The files that failed, from the root of the project; null when jest ended without saying. */
function runTests(results, args) {
  const told = ['--json', '--outputFile', results, ...args];
  const { status } = spawnSync(process.execPath, [jest, ...told], {
    cwd: projectRoot,
    stdio: ['inherit', 'ignore', 'inherit'],
  });
  if (status === 0) return [];
  try {
    const failed = JSON.parse(readFileSync(results, 'utf8')).testResults.filter((file) => file.status === 'failed');
    return failed.length > 0 ? failed.map(({ name }) => relative(projectRoot, name)) : null;
  } catch {
    return null;
  }
}

const directory = mkdtempSync(join(tmpdir(), 'sluice-suites-'));
try {
  const failed = runTests(join(directory, 'all.json'), process.argv.slice(2));
  if (failed === null || failed.length > MAY_FAIL) process.exitCode = 1;
  else if (failed.length > 0) {
    console.log(`\nOnce more, alone: ${failed.join(', ')}`);
    const again = runTests(join(directory, 'again.json'), ['--runInBand', '--runTestsByPath', ...failed]);
    process.exitCode = again?.length === 0 ? 0 : 1;
    if (again?.length === 0) console.log(`\nPassed only alone, to be mended: ${failed.join(', ')}`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

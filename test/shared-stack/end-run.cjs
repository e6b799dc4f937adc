// After the last test file: ends the shared stacks, waits until nothing of them is left, and fails the run for what their
// last check found.
const { existsSync, readdirSync, readFileSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout: pause } = require('node:timers/promises');

const PATIENCE_MS = 60_000;
const POLL_MS = 20;

/** False when there is no such process any more. */
function signal(pid, name) {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** What the run's folder lists; the last process that ends with its worker may have taken it away. */
function listed(run) {
  return existsSync(run) ? readdirSync(run) : [];
}

module.exports = async () => {
  const run = process.env.SLUICE_TEST_RUN;
  const hosts = () => listed(run).filter((name) => /^\d+$/.test(name) && signal(Number(name), 0));
  for (const pid of hosts()) signal(Number(pid), 'SIGTERM');
  const deadline = performance.now() + PATIENCE_MS;
  while (hosts().length > 0 && performance.now() < deadline) await pause(POLL_MS);
  const failures = listed(run).filter((name) => name.endsWith('.failure'));
  const found = [
    ...failures.map((name) => readFileSync(join(run, name), 'utf8')),
    ...hosts().map((pid) => `the process ${pid} of a shared stack does not end`),
  ];
  rmSync(run, { recursive: true, force: true });
  if (found.length > 0) throw new Error(found.join('\n'));
};

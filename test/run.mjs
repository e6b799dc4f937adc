// `npm test`: everything that a change has to pass, from a fresh clone as well. Arguments go to jest alone, so that
// `npm test -- test/service` runs just those. Node's own modules only, because it runs before there are others.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { checkNodeVersion, ensureBuilt, ensureInstalled, projectRoot } from '../apps/standalone/prepare.mjs';

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'];
const progress = (line) => console.log(`${line} …`);

function run(command, args) {
  const { status } = spawnSync(command, args, {
    cwd: projectRoot,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return status ?? 1;
}

function isOnPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The browser tests need a browser: Debian's own where it can be installed, else they are skipped by name. */
function ensureChromium() {
  const wanted = existsSync(join(projectRoot, 'test', 'browser'));
  const installable = process.getuid?.() === 0 && existsSync('/etc/debian_version') && isOnPath('apt-get');
  if (!wanted || !installable || CHROMIUM.some(isOnPath)) return;
  progress('installing chromium (apt-get) for the browser tests');
  const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update'], quiet);
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], quiet);
}

checkNodeVersion();
await ensureInstalled(progress);
await ensureBuilt(progress);
ensureChromium();
const { fetchEngines } = await import('../dist/apps/standalone/src/embedded/fetch-engines.js');
await fetchEngines(progress);

const jestArguments = process.argv.slice(2);
process.exitCode =
  jestArguments.length > 0
    ? run(process.execPath, [join('node_modules', 'jest', 'bin', 'jest.js'), ...jestArguments])
    : run('npm', ['run', '--silent', 'check']);

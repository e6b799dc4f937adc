import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BackupFailure } from '@sluice/backup/backup-failure';
import { FolderStore } from '@sluice/backup/folder-store';
import { makeBackup } from '@sluice/backup/make-backup';
import type { Manifest } from '@sluice/backup/manifest';
import { restoreBackup } from '@sluice/backup/restore-backup';
import { verifyBackups } from '@sluice/backup/verify-backups';
import { projectRoot } from '../machine/project-root';
import { readSettings } from '../machine/settings';
import { openInstallation, openTarget } from './open-databases';
import { inMib, ProgressLine } from './progress-line';

const print = (line: string) => console.log(line);
const announce = (line: string) => print(`  ${line} …`);

const commands: Readonly<Record<string, (args: string[]) => Promise<void>>> = { backup, restore, verify };

/** Runs `backup`, `restore` or `verify` with its arguments; what an operator can mend is thrown as one sentence. */
export async function runCommand([name = '', ...args]: string[]): Promise<void> {
  const command = commands[name];
  if (!command) throw new BackupFailure(`${name} is none of ${Object.keys(commands).join(', ')}`);
  await command(args);
}

async function backup(args: string[]): Promise<void> {
  const { folder } = readArgs('backup', args, {});
  const store = await FolderStore.open(folder, { create: true });
  const { databases, close } = await openInstallation(readSettings(), announce);
  const startedAtMs = performance.now();
  try {
    const { name, manifest, newBytes } = await withProgress((line) => makeBackup(databases, store, release(), line));
    const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
    print(`  ${name} in ${folder}: ${summarise(manifest)}; ${inMib(newBytes)} of files were new; ${seconds} s`);
    print(`  as of ${manifest.cutAt}`);
  } finally {
    await close();
  }
}

async function restore(args: string[]): Promise<void> {
  const { folder, values } = readArgs('restore', args, { backup: { type: 'string' }, replace: { type: 'boolean' } });
  const store = await FolderStore.open(folder);
  const { databases, close } = await openTarget(readSettings(), announce);
  try {
    const options = { backup: values.backup as string | undefined, replace: values.replace === true };
    const { name, manifest } = await withProgress((line) => restoreBackup(databases, store, options, line));
    print(`  restored ${name}, as of ${manifest.cutAt}: ${summarise(manifest)}`);
  } finally {
    await close();
  }
}

async function verify(args: string[]): Promise<void> {
  const { folder } = readArgs('verify', args, {});
  const store = await FolderStore.open(folder);
  const { backups, files, bytes, faults } = await withProgress((line) => verifyBackups(store, line));
  for (const fault of faults) print(`  ${fault}`);
  if (faults.length > 0)
    throw new BackupFailure(`${folder}: ${faults.length === 1 ? '1 fault' : `${faults.length} faults`}`);
  if (backups.length === 0) throw new BackupFailure(`${folder} has no backup`);
  print(`  ${backups.length} backups, ${files} files, ${inMib(bytes)}: every byte is as it was written`);
}

async function withProgress<T>(work: (line: ProgressLine) => Promise<T>): Promise<T> {
  const line = new ProgressLine(process.stdout);
  try {
    return await work(line);
  } finally {
    line.end();
  }
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

/** A relative folder is one of the place where the command was given. */
function readArgs(command: string, args: string[], options: Options) {
  const names = Object.entries(options).map(([name, { type }]) =>
    type === 'string' ? ` [--${name} NAME]` : ` [--${name}]`,
  );
  const usage = `npm run ${command} -- FOLDER${names.join('')}`;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [folder, ...others] = positionals;
    if (!folder || others.length > 0) throw new Error('one folder is needed');
    return { folder: resolve(process.env.INIT_CWD ?? process.cwd(), folder), values };
  } catch (error) {
    throw new BackupFailure(`${(error as Error).message}: ${usage}`);
  }
}

function summarise({ collections, files }: Manifest): string {
  const documents = collections.reduce((sum, dump) => sum + dump.documents, 0);
  const bytes = [...collections, ...files].reduce((sum, part) => sum + part.bytes, 0);
  return `${documents.toLocaleString('en')} documents and ${files.length.toLocaleString('en')} files, ${inMib(bytes)}`;
}

function release(): string {
  const file = resolve(projectRoot, 'package.json');
  return existsSync(file) ? String((JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version) : 'unknown';
}

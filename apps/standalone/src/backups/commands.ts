import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BackupFailure } from '@sluice/backup/backup-failure';
import { FolderStore } from '@sluice/backup/folder-store';
import type { InstallationDatabases } from '@sluice/backup/installation-databases';
import { makeBackup } from '@sluice/backup/make-backup';
import type { Manifest } from '@sluice/backup/manifest';
import { restoreBackup } from '@sluice/backup/restore-backup';
import { verifyBackups } from '@sluice/backup/verify-backups';
import { newId } from '@sluice/runtime/ids';
import { addInstallationKey } from '@sluice/storage/installation-keys';
import { findLost, mergeWitness } from '@sluice/storage/merge-witness';
import { projectRoot } from '../machine/project-root';
import { readSettings } from '../machine/settings';
import { openInstallation, openStopped, openTarget } from './open-databases';
import { inMib, ProgressLine } from './progress-line';

const print = (line: string) => console.log(line);
const announce = (line: string) => print(`  ${line} …`);

/** The services that end what lets callers in. */
const OWNERS = ['tokens', 'registry'];

const restoreOptions: Options = {
  backup: { type: 'string' },
  replace: { type: 'boolean' },
  'merge-revocations': { type: 'boolean' },
  'accept-lost-revocations': { type: 'boolean' },
};

const commands: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  backup,
  restore,
  verify,
  'rotate-keys': rotateKeys,
};

/** Runs `backup`, `restore`, `verify` or `rotate-keys` with its arguments; what an operator can mend is thrown as one sentence. */
export async function runCommand([name = '', ...args]: string[]): Promise<void> {
  const command = commands[name];
  if (!command) throw new BackupFailure(`${name} is none of ${Object.keys(commands).join(', ')}`);
  await command(args);
}

async function backup(args: string[]): Promise<void> {
  const folder = readFolder('backup', args);
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
  const { folder, values } = readArgs('restore', args, restoreOptions);
  const { 'merge-revocations': merge, 'accept-lost-revocations': accept } = values;
  if (merge && accept) throw new BackupFailure('revocations are either merged or given up');
  if (!folder && !merge && !accept) throw new BackupFailure(usageOf('restore', restoreOptions));
  const store = folder ? await FolderStore.open(folder) : null;
  const settings = readSettings();
  const { databases, close } = store ? await openTarget(settings, announce) : await openStopped(settings, announce);
  try {
    if (store) {
      const options = { backup: values.backup as string | undefined, replace: values.replace === true };
      const { name, manifest } = await withProgress((line) => restoreBackup(databases, store, options, line));
      print(`  restored ${name}, as of ${manifest.cutAt}: ${summarise(manifest)}`);
    }
    if (merge || accept) await settleRevocations(databases, settings.witnessFile, accept === true);
    else await warnOfLost(databases, settings.witnessFile);
  } finally {
    await close();
  }
}

async function warnOfLost(databases: InstallationDatabases, witness: string): Promise<void> {
  const found = await Promise.all(
    OWNERS.map((service) => findLost(databases.client.db(`sluice_${service}`), service, witness)),
  );
  const lost = found.reduce((sum, each) => sum + each.lost.length, 0);
  if (lost === 0) return;
  print(`  ${lost} things were revoked since this backup: Sluice lets nobody in until`);
  print('    npm run restore -- --merge-revocations       ends them again, or');
  print('    npm run restore -- --accept-lost-revocations gives that up');
}

async function settleRevocations(databases: InstallationDatabases, witness: string, accept: boolean): Promise<void> {
  const users = await databases.users();
  if (users.length > 0) throw new BackupFailure(`${users.join(', ')} are connected to this MongoDB: stop Sluice first`);
  for (const service of OWNERS) {
    const db = databases.client.db(`sluice_${service}`);
    const { lost, applied } = await mergeWitness(db, service, witness, accept);
    const what = accept ? `${lost} given up` : `${applied} applied, ${lost - applied} of what is not there`;
    print(`  revocations in ${service} that the witness knew and the database did not: ${lost} (${what})`);
  }
}

/** Stores a new key of the installation, which runs or not: the services take it up by themselves. */
async function rotateKeys(): Promise<void> {
  const { databases, close } = await openInstallation(readSettings(), announce);
  try {
    const signsFrom = await addInstallationKey(databases.client.db('sluice_tokens'), new Date(), newId('key'));
    print(`  a new key is used from ${signsFrom.toISOString()} on; what the one before made counts for a day more`);
  } finally {
    await close();
  }
}

async function verify(args: string[]): Promise<void> {
  const folder = readFolder('verify', args);
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
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (positionals.length > 1) throw new Error('one folder is needed');
    const [folder] = positionals.map((path) => resolve(process.env.INIT_CWD ?? process.cwd(), path));
    return { folder, values };
  } catch (error) {
    throw new BackupFailure(`${(error as Error).message}: ${usageOf(command, options)}`);
  }
}

function readFolder(command: string, args: string[]): string {
  const { folder } = readArgs(command, args, {});
  if (!folder) throw new BackupFailure(`one folder is needed: ${usageOf(command, {})}`);
  return folder;
}

function usageOf(command: string, options: Options): string {
  const names = Object.entries(options).map(([name, { type }]) =>
    type === 'string' ? ` [--${name} NAME]` : ` [--${name}]`,
  );
  return `npm run ${command} -- FOLDER${names.join('')}`;
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

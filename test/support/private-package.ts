import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';

/** Unpacks the machine's own package of a program into a folder of ours; false where it cannot be had. Nothing of the system changes. */
export function fetchPackage(name: string, folder: string): boolean {
  const begun = `${folder}.${process.pid}`;
  try {
    mkdirSync(begun, { recursive: true });
    const options = { cwd: begun, stdio: 'ignore' as const };
    execFileSync('apt-get', ['download', name], options);
    execFileSync('sh', ['-c', `dpkg-deb --extract ${name}_*.deb . && rm ${name}_*.deb`], options);
    if (!existsSync(folder)) renameSync(begun, folder);
    return true;
  } catch {
    return existsSync(folder);
  } finally {
    rmSync(begun, { recursive: true, force: true });
  }
}

/** Tells whether a program runs here. */
export function runs(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

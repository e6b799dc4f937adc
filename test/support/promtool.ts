import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { fetchPackage, runs } from './private-package';

const PRIVATE = join(projectRoot, '.prometheus');

/** Prometheus's own checker: on the PATH, or out of the machine's own package; null where there is neither. */
export const promtool: string | null = findPromtool();

function findPromtool(): string | null {
  if (runs('promtool', '--version')) return 'promtool';
  const copy = join(PRIVATE, 'usr/bin/promtool');
  if (!existsSync(copy)) fetchPackage('prometheus', PRIVATE);
  return runs(copy, '--version') ? copy : null;
}

import type { Sample } from './first-start/sample';
import { inUrl, isLoopback } from './machine/listening-address';
import type { Settings } from './machine/settings';

export interface Welcome {
  settings: Settings;
  /** Only at the start that made it. */
  adminKey: string | null;
  setupSecret: string | null;
  sample: Sample | null;
  tokenSecret: string | null;
}

/** Writes what is shown this once, and so before anybody can see that everything answers; nothing where there is no such thing. */
export function secretLines({ settings, adminKey, setupSecret, sample, tokenSecret }: Welcome): string[] {
  const { publicUrl } = settings;
  const lines: string[] = [];
  if (adminKey) lines.push('', `admin key: ${adminKey}`, '  (shown this once; it opens the management routes)');
  if (setupSecret) {
    lines.push('', `owner set-up: ${publicUrl}/console/setup#${setupSecret}`, '  (works once; makes your account)');
  }
  if (sample && tokenSecret) {
    const endpoint = `${publicUrl}/api/${sample.path}`;
    lines.push('', 'to try it:', '', `  curl -H 'Authorization: Bearer ${tokenSecret}' '${endpoint}?_limit=3'`);
  }
  return lines;
}

/** Writes what a person reads once everything answers. */
export function welcomeLines({ settings, adminKey, sample }: Welcome, seconds: string): string[] {
  const { publicUrl, host, port } = settings;
  const whom = isLoopback(host) ? 'this machine only; HOST=0.0.0.0 lets others in' : 'other machines can reach it';
  const lines = [
    '',
    `Sluice is ready (${seconds} s)`,
    '',
    `  console    ${publicUrl}/console/`,
    `  API docs   ${publicUrl}/docs`,
    `  listens on ${inUrl(host)}:${port} (${whom})`,
  ];
  if (sample)
    lines.push(`  endpoint   ${publicUrl}/api/${sample.path}`, `  its docs   ${publicUrl}/docs/apis/${sample.slug}`);
  if (settings.adminKey) lines.push('  admin key  as set in SLUICE_ADMIN_KEY');
  else if (!adminKey) lines.push('  admin key  printed at the first start; SLUICE_ADMIN_KEY=sla_… adds another one');
  return [...lines, '', `Ctrl-C stops everything; the data stays in ${settings.dataDirectory}`, ''];
}

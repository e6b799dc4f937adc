import type { AuditEntry } from '@sluice/contracts/audit';

/** One member that was changed; null where it was not, or is no more. */
export interface Change {
  member: string;
  before: string | null;
  after: string | null;
}

/** Compares an entry's before and after, member by member. */
export function changesOf({ before, after }: Pick<AuditEntry, 'before' | 'after'>): Change[] {
  const members = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return members.map((member) => ({ member, before: told(before, member), after: told(after, member) }));
}

function told(side: Readonly<Record<string, unknown>> | null, member: string): string | null {
  if (!side || !(member in side)) return null;
  const value = side[member];
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

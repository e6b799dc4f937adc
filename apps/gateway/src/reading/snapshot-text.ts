import { Snapshot } from '@sluice/contracts/snapshot';

/** Writes a snapshot as answers have it: `version.seq`. */
export function snapshotText({ versionId, seq }: Snapshot): string {
  return `${versionId}.${seq}`;
}

/** Reads a snapshot from a text; null where it is none. A third part, which names what was read, is left to changes. */
export function parseSnapshot(text: string): Snapshot | null {
  const [versionId, seq] = text.split('.');
  const parsed = Snapshot.safeParse({ versionId, seq: /^\d{1,15}$/.test(seq ?? '') ? Number(seq) : null });
  return parsed.success ? parsed.data : null;
}

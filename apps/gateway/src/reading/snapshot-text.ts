import { Snapshot } from '@sluice/contracts/catalogue/rows';

/** A snapshot as answers have it: `version.seq`. */
export function snapshotText({ versionId, seq }: Snapshot): string {
  return `${versionId}.${seq}`;
}

/** Null for what is none. A third part, which says what was read from it, is for whoever asks for changes. */
export function parseSnapshot(text: string): Snapshot | null {
  const [versionId, seq] = text.split('.');
  const parsed = Snapshot.safeParse({ versionId, seq: /^\d{1,15}$/.test(seq ?? '') ? Number(seq) : null });
  return parsed.success ? parsed.data : null;
}

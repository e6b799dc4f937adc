import type { Format, ListedFormat } from '@sluice/contracts/formats';

/** Gives the formats that may be asked for where these are listed: XLSX comes with CSV. */
export function offeredFormats(listed: readonly ListedFormat[]): readonly Format[] {
  return listed.includes('csv') ? [...listed, 'xlsx'] : listed;
}

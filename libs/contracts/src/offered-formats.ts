import type { Format } from './formats';

/** Gives the formats that may be asked for where these are listed: an API that offers CSV offers XLSX, the same rows for the same programs. */
export function offeredFormats(listed: readonly Format[]): readonly Format[] {
  return listed.includes('csv') && !listed.includes('xlsx') ? [...listed, 'xlsx'] : listed;
}

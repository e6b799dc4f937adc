import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import { refuseFile } from './file-refused';

const CANDIDATES = [',', ';', '\t', '|'] as const;
const MAX_RECORDS = 20;

/** Chooses the field delimiter: as asked for, a tab for TSV, and for CSV the sign that splits every one of the first records. */
export function chooseDelimiter(options: Pick<ImportOptions, 'format' | 'delimiter'>, begin: Buffer): string {
  const { delimiter, format } = options;
  if (delimiter !== undefined) {
    if (delimiter.charCodeAt(0) > 0x7f || '"\r\n\0'.includes(delimiter)) {
      refuseFile('invalid_delimiter', 'The delimiter must be one ASCII character, neither a quote nor a line end.');
    }
    return delimiter;
  }
  if (format === 'tsv') return '\t';
  const records = firstRecords(begin.toString('latin1'));
  let best: string = CANDIDATES[0];
  let most = 0;
  for (const candidate of CANDIDATES) {
    const least = Math.min(...records.map((record) => record.split(candidate).length - 1));
    if (least <= most) continue;
    best = candidate;
    most = least;
  }
  return best;
}

/** The first records without their quoted parts; one that may be cut off counts only when it is the only one. */
function firstRecords(text: string): string[] {
  const records = text
    .replace(/"[^"]*"/g, '')
    .split(/\r\n|\n|\r/)
    .filter((record) => record !== '');
  return records.length > 1 ? records.slice(0, MAX_RECORDS).slice(0, records.length - 1) : records;
}

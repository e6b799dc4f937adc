const MAX_LENGTH = 100;
/** What says how a file is packed or written, not what it is about. */
const ENDINGS = /(\.(csv|tsv|tab|txt|json|geojson|ndjson|jsonl|parquet|xlsx|ods|zip|gz))+$/i;

/** Makes a name for people of a file's: `seattle-weather.csv.gz` is about “Seattle weather”. */
export function proposedName(fileName: string): string {
  const words = fileName
    .replace(ENDINGS, '')
    .replace(/[_\-.\s\p{Cc}]+/gu, ' ')
    .trim();
  const [first = '', ...others] = words;
  return [first.toUpperCase(), ...others].slice(0, MAX_LENGTH).join('').trim();
}

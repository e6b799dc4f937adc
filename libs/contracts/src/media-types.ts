import type { Format } from './formats';

/** The name of a format in HTTP, and the ending of its files. */
export interface MediaType {
  /** The name that answers have. */
  type: string;
  /** Other names that are understood where somebody sends it. */
  aliases: readonly string[];
  /** The parameters that answers have beside the name. */
  parameters: string;
  /** The ending of files that answers suggest comes first. */
  extensions: readonly [string, ...string[]];
}

/** The one table of media types: answers, sends, imports and documents read it. */
export const mediaTypes = {
  json: { type: 'application/json', aliases: [], parameters: '; charset=utf-8', extensions: ['json'] },
  ndjson: {
    type: 'application/x-ndjson',
    aliases: ['application/ndjson', 'application/jsonl'],
    parameters: '; charset=utf-8',
    extensions: ['ndjson', 'jsonl'],
  },
  // RFC 4180 section 3 for the second parameter.
  csv: {
    type: 'text/csv',
    aliases: ['application/csv'],
    parameters: '; charset=utf-8; header=present',
    extensions: ['csv'],
  },
  tsv: {
    type: 'text/tab-separated-values',
    aliases: [],
    parameters: '; charset=utf-8; header=present',
    extensions: ['tsv', 'tab'],
  },
  parquet: { type: 'application/vnd.apache.parquet', aliases: [], parameters: '', extensions: ['parquet'] },
  xlsx: {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    aliases: [],
    parameters: '',
    extensions: ['xlsx', 'xlsm'],
  },
  ods: {
    type: 'application/vnd.oasis.opendocument.spreadsheet',
    aliases: [],
    parameters: '',
    extensions: ['ods'],
  },
  arrow: { type: 'application/vnd.apache.arrow.stream', aliases: [], parameters: '', extensions: ['arrows'] },
} as const satisfies Record<Format | 'tsv' | 'ods', MediaType>;

/** Any format that rows come or go in. */
export type AnyFormat = keyof typeof mediaTypes;

/** Gives the Content-Type of answers in a format. */
export function contentType(format: AnyFormat): string {
  const { type, parameters } = mediaTypes[format];
  return type + parameters;
}

/** Finds which of the formats a Content-Type names; parameters and upper case do not matter. */
export function formatOfType<Among extends AnyFormat>(text: string, among: readonly Among[]): Among | undefined {
  const name = text.split(';')[0]?.trim().toLowerCase() ?? '';
  return among.find((format) => namesOf(format).includes(name));
}

/** Finds which of the formats the ending of a file names, without its dot. */
export function formatOfExtension<Among extends AnyFormat>(ending: string, among: readonly Among[]): Among | undefined {
  return among.find((format) => {
    const extensions: readonly string[] = mediaTypes[format].extensions;
    return extensions.includes(ending.toLowerCase());
  });
}

/** Lists every name under which the formats may be sent. */
export function typesOf(formats: readonly AnyFormat[]): string[] {
  return formats.flatMap(namesOf);
}

function namesOf(format: AnyFormat): string[] {
  const { type, aliases } = mediaTypes[format];
  return [type, ...aliases];
}

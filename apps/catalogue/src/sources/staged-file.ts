import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import type { Dialect } from './csv-dialect';

/** A text source taken apart: `path` holds one line per row that DuckDB can split without knowing the format. */
export interface StagedFile {
  path: string;
  /** The file that it was made from. */
  source: string;
  /** How a CSV source is written; null where cells are JSON values. */
  dialect: Dialect | null;
  labels: readonly string[];
  rows: number;
  /** Types of columns that the source does not have itself. */
  types: ImportOptions['types'];
  warnings: readonly ImportWarning[];
  /** The columns of a CSV source that these are, where some are left out. */
  sourceColumns?: readonly number[];
  /** The column of a sheet, from 0, that the first one came from; missing for texts, whose cells have other places. */
  firstColumn?: number;
}

export interface StageProgress {
  onRows(rows: number): void;
  signal?: AbortSignal;
}

/** The kinds of text that are taken apart; JSON is an array, lines, or whatever else holds rows. */
export type TextFormat = 'csv' | 'tsv' | 'json';

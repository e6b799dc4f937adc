import type { ImportWarning, Reading } from '@sluice/contracts/catalogue/reading';
import { type FoundDialect, findDialect } from './csv-dialect';
import type { CsvEvidence } from './csv-evidence';
import { CsvStager } from './csv-stager';
import { SelectedColumns } from './selected-columns';
import type { StagedFile, TextFormat } from './staged-file';
import type { Stager } from './stager';

/** How a text is to be taken apart. */
export interface TextOptions {
  format: TextFormat;
  reading: Reading;
}

/** A stager for CSV as its evidence has it, and what was guessed for it. */
export interface OpenedCsv extends FoundDialect {
  stager: CsvStager;
}

/** Opens a stager for a CSV text that is written as the evidence tells. */
export function openCsvStager(evidence: CsvEvidence, { format, reading }: TextOptions): OpenedCsv {
  const found = findDialect(evidence, reading, format === 'tsv' ? '\t' : ',');
  const ragged = reading.ragged ?? (reading.strict ? 'refuse' : 'pad');
  return { ...found, stager: new CsvStager(found.dialect, ragged, new SelectedColumns(reading.select)) };
}

/** Puts together what became of a text. */
export function stagedFile(
  path: string,
  source: string,
  stager: Stager,
  guessed: { dialect: StagedFile['dialect']; warnings: readonly ImportWarning[] },
): StagedFile {
  const { labels, rows, sourceColumns, types = {} } = stager;
  return {
    path,
    source,
    dialect: guessed.dialect,
    labels,
    rows,
    types,
    sourceColumns,
    warnings: [...guessed.warnings, ...stager.warnings],
  };
}

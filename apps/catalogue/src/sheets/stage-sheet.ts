import { rmSync } from 'node:fs';
import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import { ZipFile, type ZipLimits } from '../archives/zip-file';
import { refuseFile } from '../sources/file-refused';
import type { StagedFile, StageProgress } from '../sources/staged-file';
import { openOds } from './ods-sheets';
import { expectZip } from './office-file';
import { LeftOfTable, type SheetReading, SheetTable } from './sheet-table';
import type { Workbook } from './workbook';
import { openXlsx } from './xlsx-sheets';

export type SheetKind = 'xlsx' | 'ods';

/** Stages one sheet of a workbook into `target`. Refuses the file where it has none, or is damaged. */
export async function stageSheet(
  source: string,
  target: string,
  kind: SheetKind,
  reading: SheetReading,
  limits: ZipLimits,
  progress: StageProgress,
): Promise<StagedFile> {
  await expectZip(source);
  const zip = await ZipFile.open(source, limits);
  try {
    const workbook = kind === 'xlsx' ? await openXlsx(zip, `${target}-texts`) : await openOds(zip);
    try {
      return await stageFirst(workbook, source, target, reading, limits, progress);
    } finally {
      workbook.close();
    }
  } catch (error) {
    rmSync(target, { force: true });
    throw error;
  } finally {
    zip.close();
  }
}

/** Stages the sheet that is asked for, else the first one that is not hidden and holds anything. */
async function stageFirst(
  workbook: Workbook,
  source: string,
  target: string,
  reading: SheetReading,
  limits: ZipLimits,
  progress: StageProgress,
): Promise<StagedFile> {
  const { sheets } = workbook;
  for (const index of candidates(workbook, reading.sheet)) {
    const table = await readTable(workbook, index, target, reading, limits, progress);
    const { labels, rows, firstColumn } = table;
    if (labels.length === 0) continue;
    progress.onRows(rows);
    const warnings = [...choiceWarnings(workbook, index, reading.sheet), ...table.warnings()];
    return { path: target, source, dialect: null, labels, rows, types: {}, warnings, firstColumn };
  }
  const detail =
    reading.sheet === undefined && sheets.some(({ isHidden }) => isHidden)
      ? `The workbook holds nothing but its hidden sheets: ${listed(sheets.filter(({ isHidden }) => isHidden))}. Name one as the sheet.`
      : 'The sheet holds no cells with values.';
  return refuseFile('empty_file', detail);
}

function candidates({ sheets }: Workbook, asked: string | undefined): number[] {
  const all = sheets.map((_, index) => index);
  if (asked === undefined) return all.filter((index) => !sheets[index]?.isHidden);
  const found = all.filter((index) => sheets[index]?.name === asked).slice(0, 1);
  if (found.length === 0)
    refuseFile('unknown_sheet', `The workbook has no sheet ${JSON.stringify(asked)}; it has ${listed(sheets)}.`);
  return found;
}

/** Reads a sheet, again from the beginning where the table turns out to begin further left. */
async function readTable(
  workbook: Workbook,
  index: number,
  target: string,
  reading: SheetReading,
  limits: ZipLimits,
  progress: StageProgress,
): Promise<SheetTable> {
  for (let firstColumn: number | undefined; ; firstColumn = 0) {
    const table = new SheetTable(target, reading, limits, workbook.texts, firstColumn);
    try {
      await workbook.read(index, table, progress);
      table.finish();
      return table;
    } catch (error) {
      if (!(error instanceof LeftOfTable)) throw error;
    } finally {
      table.close();
    }
  }
}

/** More sheets are not offered to choose from; they can be named all the same. */
const MAX_CHOICES = 100;

function choiceWarnings({ sheets }: Workbook, index: number, asked: string | undefined): ImportWarning[] {
  const others = sheets.filter((_, other) => other !== index);
  if (asked !== undefined || others.length === 0) return [];
  const name = JSON.stringify(sheets[index]?.name);
  const visible = others.filter(({ isHidden }) => !isHidden);
  const hidden = others.filter(({ isHidden }) => isHidden);
  const left = [
    ...(visible.length > 0 ? [`${listed(visible)} ${visible.length === 1 ? 'was' : 'were'} left out`] : []),
    ...(hidden.length > 0 ? [`hidden: ${listed(hidden)}`] : []),
  ];
  const detail = `The sheet ${name} was read; ${left.join('; ')}.`;
  const choices = sheets.slice(0, MAX_CHOICES).map((sheet) => sheet.name);
  return [{ code: 'sheet_guessed', detail, option: 'sheet', count: others.length, choices }];
}

function listed(sheets: readonly { name: string }[]): string {
  const names = sheets.slice(0, 20).map(({ name }) => JSON.stringify(name.slice(0, 100)));
  return sheets.length > 20 ? `${names.join(', ')} and ${sheets.length - 20} more` : names.join(', ');
}

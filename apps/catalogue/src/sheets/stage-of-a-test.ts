import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SheetReading } from './sheet-table';
import { type SheetKind, stageSheet } from './stage-sheet';

/** Stages a sheet of a workbook that a test wrote; gives the rows as JSON values beside what is told. */
export async function stage(
  workbook: Buffer,
  reading: SheetReading = {},
  { kind = 'xlsx' as SheetKind, maxBytes = 1e9 } = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-sheet-'));
  try {
    const source = join(directory, 'source');
    await writeFile(source, workbook);
    const staged = await stageSheet(
      source,
      join(directory, 'staged'),
      kind,
      reading,
      { maxBytes },
      { onRows: () => {} },
    );
    const lines = (await readFile(staged.path, 'utf8')).split('\n').slice(0, -1);
    const rows = lines.map((line) =>
      line
        .split('\x1f')
        .slice(2)
        .map((cell) => (cell === '' ? null : JSON.parse(cell))),
    );
    const { labels, warnings } = staged;
    return { labels, rows, warnings, lines: lines.map((line) => Number(line.split('\x1f')[0])) };
  } finally {
    await rm(directory, { recursive: true });
  }
}

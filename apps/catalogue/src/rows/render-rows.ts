import type { Field } from '@sluice/contracts/fields';
import { inStage } from '@sluice/runtime/tracing';
import type { Engine } from '../engine/engine';
import { rowJsonPieces } from '../engine/row-json';
import { COMMA, type RowBlock } from '../tables/row-block';
import { allRows, ROW, type VersionTable } from '../tables/version-table';

/** Writes the rows at some positions as JSON: a run of them, or one for each that is given, ascending. */
export class RowRenderer {
  constructor(
    private readonly reads: Engine,
    private readonly timeoutMs: number,
  ) {}

  run(table: VersionTable, fields: readonly Field[], first: number, count: number): Promise<RowBlock> {
    return this.render(table, fields, `${ROW} >= ${first} AND ${ROW} < ${first + count}`);
  }

  at(table: VersionTable, fields: readonly Field[], positions: readonly number[]): Promise<RowBlock> {
    return this.render(table, fields, `${ROW} IN (${positions.join()})`);
  }

  private async render(table: VersionTable, fields: readonly Field[], where: string): Promise<RowBlock> {
    const pieces: string[][] = [];
    for (const piece of rowJsonPieces(fields)) {
      const rows = await this.reads.query(`SELECT ${piece} FROM ${allRows(table)} WHERE ${where} ORDER BY ${ROW}`, [], {
        timeoutMs: this.timeoutMs,
      });
      pieces.push(rows.map(([json]) => String(json)));
    }
    return inStage('rendering', () => joinPieces(pieces));
  }
}

/** Writes the rows of a block out of the columns that were rendered in pieces. */
function joinPieces(pieces: readonly string[][]): RowBlock {
  const rows = (pieces[0] ?? []).map(
    (start, row) =>
      start +
      pieces
        .slice(1)
        .map((piece) => piece[row])
        .join(''),
  );
  const ends = new Uint32Array(rows.length);
  let end = 0;
  rows.forEach((row, index) => {
    end += Buffer.byteLength(row) + (index > 0 ? COMMA.length : 0);
    ends[index] = end;
  });
  return { bytes: Buffer.from(rows.join(',')), ends };
}

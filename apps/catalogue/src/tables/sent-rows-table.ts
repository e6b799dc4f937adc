import type { Field } from '@sluice/contracts/fields';
import type { Engine } from '../engine/engine';
import { sqlType } from '../engine/json-text';
import { quoted } from '../engine/sql';
import { ADDED, ROW } from './version-table';

/** The rows of one commit as JSON text: arrays of canonical texts, in the order of the fields. */
export interface CommitText {
  seq: number;
  /** A JSON array of rows. */
  text: string;
}

/** Makes an empty table for rows that were sent. */
export async function createSentRows(engine: Engine, table: string, fields: readonly Field[]): Promise<void> {
  const columns = fields.map(({ name, type, scale }) => `${quoted(name)} ${sqlType(type, scale)}`);
  await engine.query(`CREATE TABLE ${table} (${[`${ROW} BIGINT`, ...columns, `${ADDED} BIGINT`].join(', ')})`);
}

/** Adds commits in their order; the first row gets the position `firstRow`. All at once, or none. */
export async function addSentRows(
  engine: Engine,
  table: string,
  fields: readonly Field[],
  firstRow: number,
  commits: readonly CommitText[],
): Promise<void> {
  const seqs = commits.map(({ seq }) => seq).join();
  const json = `{"seqs":[${seqs}],"commits":[${commits.map(({ text }) => text).join()}]}`;
  const values = fields.map((field, index) => stored(field, `cells[${index + 1}]`));
  await engine.query(
    `INSERT INTO ${table}
     SELECT $2::BIGINT + row_number() OVER () - 1, ${[...values, 'seq'].join(', ')}
     FROM (SELECT seq, unnest(sent) AS cells FROM (
       SELECT unnest(parsed.seqs) AS seq, unnest(parsed.commits) AS sent FROM (
         SELECT from_json($1, '{"seqs":["BIGINT"],"commits":[[["VARCHAR"]]]}') AS parsed)))`,
    [json, BigInt(firstRow)],
  );
}

/** A text was checked before it was committed; should one not be a value all the same, the other rows stay readable. */
function stored({ type, scale }: Field, text: string): string {
  if (type === 'text' || type === 'json') return text;
  if (type === 'datetime') return `timezone('UTC', TRY_CAST(${text} AS TIMESTAMPTZ))`;
  return `TRY_CAST(${text} AS ${sqlType(type, scale)})`;
}

import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { AuditedRequest } from '@sluice/storage/audit-entry';
import type { Engine } from '../engine/engine';
import { rowJsonPieces } from '../engine/row-json';
import { literal } from '../engine/sql';
import { FileRefused } from '../sources/file-refused';
import type { Decision, ImportDoc, StoredReview } from '../stores/import-doc';
import type { ImportedFile } from '../typing/convert-file';
import type { OpenedFile } from '../typing/import-file';

/** The owner's word to those who decide: what it found, or why a decision is not possible. */
export type ReviewWord = Partial<Pick<ImportDoc, 'review' | 'decision' | 'error'>>;

/** The parts of a version, once somebody has decided. */
export interface ReviewedImport {
  imported: ImportedFile;
  note: string;
  by: AuditedRequest;
}

const SHOWN_ROWS = 50;
/** Largest JSON of shown rows: the import's document is read whenever its progress is asked for. */
const MAX_SHOWN_BYTES = 128 * 1024;

/** Shows what was found and follows the first decision that the file allows. */
export async function reviewImport(
  engine: Engine,
  file: OpenedFile,
  found: ImportedFile,
  options: ImportOptions,
  until: Date,
  ask: (word: ReviewWord) => Promise<Decision>,
): Promise<ReviewedImport> {
  const { rowCount, fields, warnings } = found;
  const rows = await readFirstRows(engine, found);
  const review: StoredReview = { rowCount, fields, warnings, note: options.note, until, rows };
  for (let decision = await ask({ review }); ; ) {
    const { types, note, by } = decision;
    const asFound = types.every(([key, type]) => fields.find(({ name }) => name === key)?.type === type);
    try {
      const wanted = { ...options.types, ...Object.fromEntries(types) };
      return { imported: asFound ? found : await file.convert(wanted), note: note ?? options.note, by };
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error;
      decision = await ask({ decision: null, error: inBody(error) });
    }
  }
}

/** Reads the first rows as a JSON array. */
async function readFirstRows(engine: Engine, { path, fields }: ImportedFile): Promise<string> {
  const pieces: unknown[][] = [];
  for (const piece of rowJsonPieces(fields)) {
    const rows = await engine.query(`SELECT ${piece} FROM read_parquet(${literal(path)}) LIMIT ${SHOWN_ROWS}`);
    pieces.push(rows.map(([text]) => text));
  }
  const shown: string[] = [];
  let bytes = 0;
  for (const index of pieces[0]?.keys() ?? []) {
    const row = pieces.map((piece) => piece[index]).join('');
    bytes += Buffer.byteLength(row);
    if (bytes > MAX_SHOWN_BYTES) break;
    shown.push(row);
  }
  return `[${shown.join(',')}]`;
}

/** Places faults of types in the body of the decision, wherever the upload had them. */
function inBody({ code, message, faults }: FileRefused): ImportDoc['error'] {
  const errors = faults.map(({ in: place, name, ...fault }) =>
    place === 'query' ? { in: 'body' as const, pointer: `/${name}`, ...fault } : { in: place, name, ...fault },
  );
  return { code, detail: message, errors };
}

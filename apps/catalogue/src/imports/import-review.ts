import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import { Reading } from '@sluice/contracts/catalogue/reading';
import type { AuditedRequest } from '@sluice/storage/audit-entry';
import type { Engine } from '../engine/engine';
import { rowJsonPieces } from '../engine/row-json';
import { literal } from '../engine/sql';
import { FileRefused } from '../sources/file-refused';
import type { Decision, ImportDoc, StoredReview } from '../stores/import-doc';
import type { ImportedFile } from '../typing/convert-file';
import type { Asked, OpenedFile } from '../typing/import-file';

/** The owner's word to those who decide: what it found, or why a decision is not possible. */
export type ReviewWord = Partial<Pick<ImportDoc, 'review' | 'decision' | 'error'>>;

/** The parts of a version, once somebody has decided. */
export interface ReviewedImport {
  imported: ImportedFile;
  reading: ImportOptions['reading'];
  remember: boolean;
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
  let state: ReadState = { imported: found, reading: options.reading, types: options.types };
  const show = async () => await reviewOf(engine, file, state, options.note, until);
  for (let decision = await ask({ review: await show() }); ; ) {
    const wanted = followed(decision, state);
    try {
      const isAsFound = wanted.reading === state.reading && fits(wanted.types, state.imported);
      const imported = isAsFound ? state.imported : await file.convert(wanted);
      state = { imported, ...wanted };
      if (!decision.isTrial) {
        const { note, remember, by } = decision;
        return { ...state, note: note ?? options.note, remember: remember ?? options.remember, by };
      }
      decision = await ask({ decision: null, error: null, review: await show() });
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error;
      decision = await ask({ decision: null, error: inBody(error) });
    }
  }
}

/** How the file was read last. */
interface ReadState extends Asked {
  imported: ImportedFile;
}

/** The way in which a decision wants the file to be read: what it does not say stays. */
function followed({ types, reading }: Decision, state: ReadState): Asked {
  return {
    types: { ...state.types, ...Object.fromEntries(types) },
    reading: reading === undefined ? state.reading : Reading.parse(JSON.parse(reading)),
  };
}

function fits(types: Asked['types'], { fields }: ImportedFile): boolean {
  return Object.entries(types).every(([key, type]) => fields.find(({ name }) => name === key)?.type === type);
}

async function reviewOf(
  engine: Engine,
  { lines }: OpenedFile,
  { imported, reading }: ReadState,
  note: string,
  until: Date,
): Promise<StoredReview> {
  const { rowCount, fields, warnings } = imported;
  const rows = await readFirstRows(engine, imported);
  return { rowCount, fields, warnings, reading: JSON.stringify(reading), lines, note, until, rows };
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

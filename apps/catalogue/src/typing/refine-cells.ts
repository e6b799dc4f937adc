import type { FieldReading, ImportWarning, Reading } from '@sluice/contracts/catalogue/reading';
import type { Engine, QueryLimits } from '../engine/engine';
import { literal } from '../engine/sql';
import { BLANKS } from './cell-forms';
import { asItStands, type CellReading, plainText } from './cell-reading';
import { formsOf, type SpoiltColumn } from './column-forms';
import { type CellGuess, guessCells, provesDecimalComma } from './guess-cells';
import { type Cells, countTexts, examineTexts } from './staged-cells';

/** A column whose cells say something else than a plain value, and how they are read. */
export interface RefinedColumn {
  /** Its cells as plain texts; absent where they stay as they are. */
  cells?: Cells;
  warnings: Omit<ImportWarning, 'field'>[];
}

const EXAMPLES = 3;
const MAX_WORDS = 10;

/** Finds how columns can be read whose cells are no plain values of one type, and makes plain texts of them. */
export async function refineCells(
  engine: Engine,
  relation: string,
  columns: readonly SpoiltColumn[],
  isTyped: (cells: Cells) => boolean,
  limits: QueryLimits,
): Promise<RefinedColumn[]> {
  if (columns.length === 0) return [];
  const masks = await formsOf(engine, relation, columns, limits);
  const commas = masks.some((mask) => provesDecimalComma(mask));
  const guesses = columns.map(({ given }, index) => guessCells(masks[index] ?? 0, given, commas));
  const read = await readAs(engine, relation, columns, guesses, limits);
  const isRead = columns.map(({ asked }, index) => {
    const cells = read[index];
    return cells !== undefined && (isTyped(cells) || asked !== undefined);
  });
  const texts = await asSaid(
    engine,
    relation,
    columns.filter((_, index) => !isRead[index]),
    limits,
  );
  const refined: RefinedColumn[] = [];
  // One after the other: thousands of columns would be more queries than may wait.
  for (const [index, column] of columns.entries()) {
    const { offer = null, reading = null, told: guessed = [] } = guesses[index] ?? {};
    const warnings = offer
      ? [await offered(engine, relation, column, offer, limits)]
      : reading && isRead[index]
        ? await told(engine, relation, column, reading, guessed, limits)
        : [];
    refined.push({ cells: isRead[index] ? read[index] : texts.shift(), warnings });
  }
  return refined;
}

/** The cells of the columns for which there is a reading, by their place. */
async function readAs(
  engine: Engine,
  relation: string,
  columns: readonly SpoiltColumn[],
  guesses: readonly CellGuess[],
  limits: QueryLimits,
): Promise<(Cells | undefined)[]> {
  const places = guesses.flatMap(({ reading, offer }, index) => (reading && !offer ? [{ index, reading }] : []));
  const texts = places.map(({ index, reading }) => plainText(columns[index]?.cells.text ?? 'NULL', reading));
  const examined = await examineTexts(engine, relation, texts, limits);
  const read: (Cells | undefined)[] = [];
  places.forEach(({ index }, place) => {
    read[index] = examined[place];
  });
  return read;
}

/** Takes words and blanks that were named from texts as well, which stay texts: words were known when they were looked at. */
async function asSaid(
  engine: Engine,
  relation: string,
  columns: readonly SpoiltColumn[],
  limits: QueryLimits,
): Promise<(Cells | undefined)[]> {
  const said = columns.map(({ cells, given: { nulls, trim } }) => {
    if (nulls === undefined && trim !== true) return undefined;
    return plainText(cells.text, { ...asItStands, nulls: nulls ?? [], trim });
  });
  const present = await countTexts(
    engine,
    relation,
    said.filter((text) => text !== undefined),
    limits,
  );
  return columns.map(({ cells }, index) => {
    const text = said[index];
    return text === undefined ? undefined : { ...cells, raw: text, text, present: present.shift() ?? 0 };
  });
}

/** What was taken for granted in a column, with its words and the line of the first. */
async function told(
  engine: Engine,
  relation: string,
  { cells }: SpoiltColumn,
  reading: CellReading,
  guessed: CellGuess['told'],
  limits: QueryLimits,
): Promise<Omit<ImportWarning, 'field'>[]> {
  if (guessed.length === 0) return [];
  const { text } = cells;
  const isNull = `(${text} IS NOT NULL AND ${plainText(text, reading)} IS NULL)`;
  const isChanged = `(${text} IS NOT NULL AND ${plainText(text, reading)} IS DISTINCT FROM ${text} AND NOT ${isNull})`;
  const [[nulls, nullLine, words, changed, changedLine] = []] = await engine.query(
    `SELECT count(*) FILTER (WHERE ${isNull}), min(line) FILTER (WHERE ${isNull}),
      to_json(list_slice(list_sort(list(DISTINCT trim(${text}, ${literal(BLANKS)})) FILTER (WHERE ${isNull})), 1, ${MAX_WORDS}))::VARCHAR,
      count(*) FILTER (WHERE ${isChanged}), min(line) FILTER (WHERE ${isChanged}) FROM ${relation}`,
    [],
    limits,
  );
  return guessed.map((warning) => {
    if (warning.code === 'out_of_range') return { ...warning, ...placed(nulls, nullLine) };
    if (warning.code !== 'nulls_guessed') return { ...warning, ...placed(changed, changedLine) };
    const list: string[] = JSON.parse(String(words ?? '[]'));
    const said = list.map((word) => (word === '' ? '""' : word)).join(', ');
    const cells = Number(nulls) === 1 ? '1 cell says' : `${nulls} cells say`;
    return { ...warning, detail: `${cells} ${said}, which became null.`, ...placed(nulls, nullLine) };
  });
}

function placed(count: unknown, line: unknown): Pick<ImportWarning, 'count' | 'line'> {
  return { count: Number(count ?? 0), ...(line !== null && line !== undefined && { line: Number(line) }) };
}

/** What a column could be if somebody said so, with cells before and after. */
async function offered(
  engine: Engine,
  relation: string,
  { cells: { text }, given }: SpoiltColumn,
  { code, detail, option, reading }: NonNullable<CellGuess['offer']>,
  limits: QueryLimits,
): Promise<Omit<ImportWarning, 'field'>> {
  // Behind a percent or a currency nothing is seen of commas: those of fractions are tried, too.
  const isOpen = option !== 'dateFormat' && given.decimal === undefined && given.thousands === undefined;
  const readings = isOpen ? [reading, { ...reading, decimal: ',' as const, thousands: '.' as const }] : [reading];
  const trials = readings.map((each) => {
    const plain = plainText(text, each);
    return { plain, isChanged: `(${text} IS NOT NULL AND ${plain} IS DISTINCT FROM ${text})` };
  });
  const counts = trials.map(
    ({ isChanged }) => `count(*) FILTER (WHERE ${isChanged}), min(line) FILTER (WHERE ${isChanged})`,
  );
  const [row = []] = await engine.query(`SELECT ${counts.join(', ')} FROM ${relation}`, [], limits);
  const best = Number(row[2] ?? 0) > Number(row[0] ?? 0) ? 1 : 0;
  const { plain, isChanged } = trials[best] ?? { plain: text, isChanged: 'false' };
  const rows = await engine.query(
    `SELECT before, after FROM (SELECT ${text} AS before, coalesce(TRY_CAST(${plain} AS DOUBLE)::VARCHAR, ${plain}) AS after, line
        FROM ${relation} WHERE ${isChanged} ORDER BY NOT contains(${text}, ','), line LIMIT ${EXAMPLES}) ORDER BY line`,
    [],
    limits,
  );
  const examples = rows.map(([before, after]) => ({
    before: String(before).slice(0, 100),
    after: after === null || after === undefined ? null : String(after).slice(0, 100),
  }));
  return { code, detail, option, ...placed(row[best * 2], row[best * 2 + 1]), examples };
}

/** What was said of a field: by its name, by its label, or of the whole file. */
export function readingOf(reading: Reading, name: string, label: string): FieldReading {
  const { fields = {}, ...ofFile } = reading;
  const { nulls, trim, decimal, thousands, percent, currency, dateFormat, datetimeFormat, timeZone } = ofFile;
  const own = Object.hasOwn(fields, name) ? fields[name] : Object.hasOwn(fields, label) ? fields[label] : {};
  return { nulls, trim, decimal, thousands, percent, currency, dateFormat, datetimeFormat, timeZone, ...own };
}

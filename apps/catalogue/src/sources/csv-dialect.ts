import type { ImportWarning, Reading } from '@sluice/contracts/catalogue/reading';
import type { CsvForm } from '@sluice/records/csv-form';
import { type CsvEvidence, type Escape, type LeadingRecord, type Separator, separators } from './csv-evidence';
import { refuseFile } from './file-refused';

/** How a CSV text is written. */
export interface Dialect extends CsvForm {
  delimiter: string;
  /** Lines before the header, or before the first row. */
  skip: number;
  header: boolean;
}

/** A dialect, and what of it was guessed. */
export interface FoundDialect {
  dialect: Dialect;
  warnings: ImportWarning[];
}

/** Separators that win where several split all records alike: text has commas sooner than the others. */
const preferred: readonly Separator[] = ['\t', ';', '|', '^', ','];
/** A separator counts when so many of the records have the same number of it. */
const LEAST_SHARE = 0.4;
/** Two shares that are no further apart are the same. */
const SAME_SHARE = 0.02;
const names: Readonly<Record<string, string>> = { '\t': 'tabs', ' ': 'blanks' };

/** Finds how a CSV text is written: as the reading says, else as its records have it. */
export function findDialect(evidence: CsvEvidence, reading: Reading, usual: ',' | '\t'): FoundDialect {
  refuseUnreadable(reading);
  const warnings: ImportWarning[] = [];
  const warn = (code: string, option: keyof Reading, detail: string, more: Partial<ImportWarning> = {}) => {
    warnings.push({ code, detail, option, ...more });
  };
  if (reading.strict) return { dialect: strictDialect(reading, usual), warnings };
  const instruction = reading.delimiter === undefined ? separatorLine(evidence.leading[0]) : undefined;
  const delimiter = reading.delimiter ?? instruction ?? (usual === '\t' ? usual : guessDelimiter(evidence));
  if (delimiter !== usual && reading.delimiter === undefined && !instruction) {
    warn('delimiter_guessed', 'delimiter', `The columns are separated by ${names[delimiter] ?? delimiter}.`);
  }
  const top = topOf(evidence, reading, delimiter, instruction !== undefined);
  if (top.comments.length > 0) {
    const detail = `${counted(top.comments.length, 'line')} at the top that begin with # were left out.`;
    warn('comments_skipped', 'comment', detail, { line: top.comments[0]?.line, count: top.comments.length });
  }
  if (top.titles.length > 0) {
    const detail = `${counted(top.titles.length, 'line')} before the header were left out: ${quoted(top.titles[0])}.`;
    warn('lines_skipped', 'header', detail, { line: top.titles[0]?.line, count: top.titles.length });
  }
  if (reading.header === undefined && top.header && looksLikeRow(top.header, delimiter)) {
    const detail = 'The first line was taken for the names of the columns, although it looks like a row.';
    warn('header_guessed', 'header', detail, { line: top.header.line });
  }
  const blanksBeforeQuotes = blanksBehind(evidence, delimiter);
  const trim = reading.trim ?? blanksBeforeQuotes > 0;
  if (trim && reading.trim === undefined) {
    warn('blanks_trimmed', 'trim', 'Blanks around values were left out.', { count: blanksBeforeQuotes });
  }
  const escapeBefore = reading.escape ?? evidence.escapedBy;
  if (reading.escape === undefined && evidence.escapedBy === '\\') {
    const detail = 'A backslash stands before quotes inside of values.';
    warn('escape_guessed', 'escape', detail, { count: evidence.backslashQuotes });
  }
  const { quote = '"', comment = '' } = reading;
  const dialect = {
    delimiter,
    quote,
    escape: escapeBefore,
    trim,
    comment,
    skip: top.skip,
    header: reading.header !== false,
  };
  return { dialect, warnings };
}

/** Counts the cells whose quotes stand behind blanks; behind other marks than the delimiter they are part of a text. */
function blanksBehind({ uses, blanksBeforeFirstQuotes }: CsvEvidence, delimiter: string): number {
  const use = uses[separators.indexOf(delimiter[0] as Separator)];
  return blanksBeforeFirstQuotes + (use?.blanksBeforeQuotes ?? 0);
}

/** Reads no other than RFC 4180. */
function strictDialect({ delimiter, header, skip = 0 }: Reading, usual: string): Dialect {
  return {
    delimiter: delimiter ?? usual,
    skip: typeof header === 'number' ? header - 1 : skip,
    header: header !== false,
  };
}

function refuseUnreadable({ delimiter, quote, escape: before, comment }: Reading): void {
  const marks = { delimiter, quote, escape: before, comment };
  for (const [name, mark] of Object.entries(marks)) {
    if (mark === undefined || mark === '') continue;
    const isPlain = /^[\t -~]+$/.test(mark);
    if (!isPlain) refuseFile(`invalid_${name}`, `The ${name} has to be of ASCII characters, without line ends.`);
  }
  if (delimiter?.includes(quote ?? '"') && quote !== '') {
    refuseFile('invalid_delimiter', 'The delimiter cannot hold the quote.');
  }
}

/** Reads Excel's instruction `sep=;` in the first line. */
function separatorLine(first: LeadingRecord | undefined): string | undefined {
  return /^"?sep=([^\w\s"]{1,3}|\t)"?$/i.exec(first?.text ?? '')?.[1];
}

function guessDelimiter({ uses, records }: CsvEvidence): string {
  let best: { delimiter: string; share: number } = { delimiter: ',', share: 0 };
  for (const separator of preferred) {
    const use = uses[separators.indexOf(separator)];
    const most = Math.max(0, ...[...(use?.records ?? [])].map(([count, times]) => (count > 0 ? times : 0)));
    const share = records === 0 ? 0 : most / records;
    if (!use || share < LEAST_SHARE || share <= best.share + SAME_SHARE) continue;
    const isDoubled = use.paired === use.all && separator !== ',' && separator !== '\t';
    best = { delimiter: isDoubled ? separator + separator : separator, share };
  }
  const colons = uses[separators.indexOf(':')];
  if (best.share === 0 && colons && colons.all > 0 && colons.paired === colons.all) return '::';
  return best.delimiter;
}

interface Top {
  /** Lines to leave out. */
  skip: number;
  comments: readonly LeadingRecord[];
  titles: readonly LeadingRecord[];
  header: LeadingRecord | undefined;
}

/** Finds where the table begins: behind instructions, comments and titles, which have one cell where rows have several. */
function topOf(evidence: CsvEvidence, reading: Reading, delimiter: string, hasInstruction: boolean): Top {
  const { leading, topComments } = evidence;
  const none = { comments: [], titles: [], header: undefined };
  if (typeof reading.header === 'number') return { ...none, skip: reading.header - 1 };
  if (reading.header === false || reading.skip !== undefined) return { ...none, skip: reading.skip ?? 0 };
  const cellsOf = (text: string) => splitRecord(text, delimiter, evidence.escapedBy);
  const widths = leading.map(({ text }) => cellsOf(text));
  const width = commonWidth(widths.map(({ length }) => length));
  const comments = reading.comment === undefined ? topComments : [];
  const first = hasInstruction ? 1 : 0;
  // A line of names may begin with the sign of comments, too: it is the last of them, and as wide as the rows.
  const last = comments.at(-1);
  if (last && width > 1 && cellsOf(last.text).length === width) {
    const others = comments.slice(0, -1);
    return { skip: last.line - 1, comments: others, titles: [], header: last };
  }
  let at = first;
  while (at + 1 < leading.length && isTitle(widths[at] ?? [], width)) at++;
  const header = leading[at];
  const isFirst = at === first && comments.length === 0 && !hasInstruction;
  return { skip: isFirst || !header ? 0 : header.line - 1, comments, titles: leading.slice(first, at), header };
}

function isTitle(cells: readonly string[], width: number): boolean {
  const filled = cells.filter((cell) => cell !== '').length;
  return width > 1 && (filled <= 1 || filled < width / 3);
}

/** Splits a record as far as looking at its beginning needs it. */
function splitRecord(text: string, delimiter: string, before: Escape): string[] {
  const bare = text.replace(before === '"' ? /"(?:[^"]|"")*"/g : /"(?:\\[\s\S]|[^"\\])*"/g, (cell) =>
    cell.length > 2 ? 'x' : '',
  );
  return bare.split(delimiter).map((cell) => cell.trim());
}

function commonWidth(widths: readonly number[]): number {
  const times = new Map<number, number>();
  for (const width of widths) times.set(width, (times.get(width) ?? 0) + 1);
  return [...times].sort(([a, timesA], [b, timesB]) => timesB - timesA || b - a)[0]?.[0] ?? 1;
}

const ROW_CELL = /^[+-]?[\d.,]+%?$|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/;

function looksLikeRow({ text }: LeadingRecord, delimiter: string): boolean {
  const cells = text.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  return cells.length > 1 && cells.filter((cell) => ROW_CELL.test(cell)).length > cells.length / 2;
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

function quoted(record: LeadingRecord | undefined): string {
  return JSON.stringify(record?.text.slice(0, 60) ?? '');
}

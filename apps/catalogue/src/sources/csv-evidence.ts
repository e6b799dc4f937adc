/** A line or record at the beginning of a CSV text. */
export interface LeadingRecord {
  line: number;
  text: string;
}

/** What records say of one separator. */
export interface SeparatorUse {
  /** Records by how many of the separators they have. */
  records: Map<number, number>;
  /** How many there are in all, and how many of them stand in pairs. */
  all: number;
  paired: number;
  /** Cells behind it whose quotes stand behind blanks. */
  blanksBeforeQuotes: number;
}

/** Separators that files use; a colon only in pairs, since times have single ones. */
export const separators = [',', ';', '\t', '|', '^', ':'] as const;
export type Separator = (typeof separators)[number];

/** Stands before a quote that is part of a value. */
export type Escape = '"' | '\\';

const [QUOTE, BACKSLASH, HASH, LINE_FEED, CARRIAGE_RETURN, BLANK] = [0x22, 0x5c, 0x23, 0x0a, 0x0d, 0x20];
const MAX_LEADING = 60;
const MAX_LEADING_CHARS = 4_000;
/** Records with more different numbers of separators say nothing more. */
const MAX_WIDTHS = 1_000;

const indexOf = new Int8Array(256).fill(-1);
separators.forEach((separator, index) => {
  indexOf[separator.charCodeAt(0)] = index;
});

/**
 * Counts in a CSV text, chunk by chunk, what tells how it is written: the separators of each record, quotes and what stands
 * beside them. It knows no delimiter yet, so that quotes count where any separator could begin a cell. Where a backslash is
 * not taken for the escape, a quote behind one still stands for itself if nothing that ends a cell follows.
 */
export class CsvEvidence {
  readonly uses: readonly SeparatorUse[] = separators.map(() => ({
    records: new Map(),
    all: 0,
    paired: 0,
    blanksBeforeQuotes: 0,
  }));
  readonly leading: LeadingRecord[] = [];
  /** Lines at the top that begin with `#`. */
  readonly topComments: LeadingRecord[] = [];
  records = 0;
  /** Quotes of quoted cells behind a backslash: they may stand for themselves, as two quotes do. */
  backslashQuotes = 0;
  /** Records that begin with blanks and a quote. */
  blanksBeforeFirstQuotes = 0;
  private readonly counts = new Int32Array(separators.length);
  private line = 1;
  private recordLine = 1;
  private text: number[] = [];
  private isEmpty = true;
  private isComment = false;
  private inQuotes = false;
  private atCellStart = true;
  /** The separator before the cell; -1 at the beginning of a record. */
  private cellSeparator = -1;
  private blanks = 0;
  private before = 0;
  /** The byte before may be the first of a pair of separators. */
  private isPairOpen = false;
  /** Inside quotes, behind a quote that may end them; and whether a backslash stands before it. */
  private quoteSeen = false;
  private escaped = false;
  /** Behind a backslash that takes the meaning of the next character. */
  private isEscapeOpen = false;

  constructor(readonly escapedBy: Escape = '"') {}

  push(chunk: Uint8Array): void {
    for (const byte of chunk) {
      const isSecondQuote = this.quoteSeen && this.judgeQuote(byte);
      if (byte === LINE_FEED && this.before === CARRIAGE_RETURN) {
        this.before = byte;
        continue;
      }
      if (byte === LINE_FEED || byte === CARRIAGE_RETURN) this.newline();
      else this.character(byte, isSecondQuote);
      this.before = byte;
    }
  }

  /** Takes what is still open; one that is cut off may be left out. */
  end(isWhole: boolean): void {
    if (isWhole || this.records === 0) this.endRecord();
  }

  private character(byte: number, isSecondQuote: boolean): void {
    if (this.isEmpty && byte === HASH && this.records === 0) this.isComment = true;
    this.isEmpty = false;
    if (this.leading.length < MAX_LEADING && this.text.length < MAX_LEADING_CHARS) this.text.push(byte);
    // A comment is prose: its quotes enclose nothing.
    if (this.isComment) return;
    if (this.inQuotes) {
      this.quotedCharacter(byte, isSecondQuote);
      return;
    }
    const separator = indexOf[byte] as number;
    if (separator >= 0) {
      this.count(separator, byte);
      this.atCellStart = true;
      this.cellSeparator = separator;
      this.blanks = 0;
    } else if (byte === BLANK && this.atCellStart) this.blanks++;
    else {
      if (byte === QUOTE && this.atCellStart) {
        this.inQuotes = true;
        if (this.blanks > 0) this.countBlanks();
      }
      this.atCellStart = false;
    }
  }

  private quotedCharacter(byte: number, isSecondQuote: boolean): void {
    const isLiteral = this.isEscapeOpen;
    this.isEscapeOpen = this.escapedBy === '\\' && byte === BACKSLASH && !isLiteral;
    if (byte !== QUOTE || isSecondQuote) return;
    const isBehindBackslash = this.before === BACKSLASH;
    if (isBehindBackslash) this.backslashQuotes++;
    if (isLiteral) return;
    this.quoteSeen = true;
    this.escaped = isBehindBackslash && this.escapedBy === '"';
  }

  private countBlanks(): void {
    const use = this.uses[this.cellSeparator];
    if (use) use.blanksBeforeQuotes++;
    else this.blanksBeforeFirstQuotes++;
  }

  private count(separator: number, byte: number): void {
    const use = this.uses[separator] as SeparatorUse;
    this.counts[separator] = (this.counts[separator] as number) + 1;
    use.all++;
    // The third of three begins another pair.
    const isSecond = this.isPairOpen && byte === this.before;
    if (isSecond) use.paired += 2;
    this.isPairOpen = !isSecond;
  }

  /** Tells by what follows a quote whether it ended the cell or stands for itself; true for the second of two. */
  private judgeQuote(byte: number): boolean {
    // Only behind the blanks it shows whether the text goes on, as it cannot behind a quote that ends it.
    if (byte === BLANK && this.escaped) return false;
    this.quoteSeen = false;
    const endsCell = byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === BLANK || (indexOf[byte] as number) >= 0;
    if (endsCell) this.inQuotes = false;
    // Behind a backslash the second of two quotes may end the cell.
    return byte === QUOTE && !this.escaped;
  }

  private newline(): void {
    this.line++;
    this.isEscapeOpen = false;
    if (this.inQuotes) return;
    this.endRecord();
    this.recordLine = this.line;
  }

  private endRecord(): void {
    if (!this.isEmpty) this.takeRecord();
    this.counts.fill(0);
    this.text = [];
    this.isEmpty = true;
    this.isComment = false;
    this.inQuotes = false;
    this.quoteSeen = false;
    this.atCellStart = true;
    this.cellSeparator = -1;
    this.blanks = 0;
  }

  private takeRecord(): void {
    const record = { line: this.recordLine, text: Buffer.from(this.text).toString() };
    if (this.isComment) {
      this.topComments.push(record);
      return;
    }
    this.records++;
    if (this.leading.length < MAX_LEADING) this.leading.push(record);
    this.uses.forEach(({ records }, index) => {
      const count = this.counts[index] as number;
      if (records.size < MAX_WIDTHS || records.has(count)) records.set(count, (records.get(count) ?? 0) + 1);
    });
  }
}

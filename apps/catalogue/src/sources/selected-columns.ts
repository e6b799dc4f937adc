import { MAX_FIELDS } from '@sluice/contracts/fields';
import { refuseFile } from './file-refused';

/** Columns that a text may have when only some of them come in. */
const MAX_SELECTABLE = 20_000;

/** The columns of a source that come in: all of them, or those that were named by their labels, in any case. */
export class SelectedColumns {
  private readonly wanted: ReadonlySet<string> | null;
  private readonly met = new Set<string>();

  constructor(select: readonly string[] | undefined) {
    this.wanted = select ? new Set(select.map(comparable)) : null;
  }

  /** Tells whether all columns come in. */
  get areAll(): boolean {
    return this.wanted === null;
  }

  /** How many columns a source may have. */
  get most(): number {
    return this.areAll ? MAX_FIELDS : MAX_SELECTABLE;
  }

  /** What to do where there are more. */
  get hint(): string {
    return this.areAll ? 'Name those that are to come in, by ?fields=a,b.' : '';
  }

  has(label: string): boolean {
    if (this.wanted === null) return true;
    const isWanted = this.wanted.has(comparable(label));
    if (isWanted) this.met.add(comparable(label));
    return isWanted;
  }

  /** Refuses a source that does not have all the columns that were named. */
  refuseMissing(): void {
    const missing = [...(this.wanted ?? [])].filter((label) => !this.met.has(label));
    if (missing.length === 0) return;
    const names = missing.slice(0, 20).map((label) => JSON.stringify(label.slice(0, 100)));
    refuseFile('unknown_field', `The file has no column ${names.join(', ')}.`, { name: 'fields' });
  }
}

function comparable(label: string): string {
  return label.trim().toLowerCase();
}

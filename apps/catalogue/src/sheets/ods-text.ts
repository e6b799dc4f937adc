import type { XmlTag } from './xml-tag';

/** Spaces of one element; more are no text. */
const MAX_SPACES = 1_000;

/** Gathers the text of a cell of OpenDocument: its paragraphs, without its notes (ODF 1.3 part 3, 6.1). */
export class OdsText {
  value = '';
  private paragraphs = 0;
  private depth = 0;
  private notes = 0;

  get wantsText(): boolean {
    return this.depth > 0 && this.notes === 0;
  }

  clear(): void {
    this.value = '';
    this.paragraphs = 0;
    this.depth = 0;
    this.notes = 0;
  }

  open(name: string, tag: XmlTag): void {
    if (isBeside(name)) this.notes++;
    if (this.notes > 0) return;
    if (name === 'p' || name === 'h') {
      if (this.paragraphs++ > 0) this.value += '\n';
      this.depth++;
    } else if (this.depth === 0) return;
    else if (name === 's') this.value += ' '.repeat(Math.min(MAX_SPACES, Number(tag.value('text:c') ?? 1) || 1));
    else if (name === 'tab') this.value += '\t';
    else if (name === 'line-break') this.value += '\n';
  }

  close(name: string): void {
    if (isBeside(name)) this.notes--;
    else if (this.notes === 0 && (name === 'p' || name === 'h')) this.depth--;
  }

  text(text: string): void {
    this.value += text;
  }
}

/** Notes, and drawings that lie over a cell. */
function isBeside(name: string): boolean {
  return name === 'annotation' || name === 'frame' || name === 'custom-shape';
}

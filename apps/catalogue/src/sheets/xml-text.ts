import { refuseFile } from '../sources/file-refused';

const named = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);
const SPACE = 0x20;

/** Puts characters in the place of XML's own entities; there can be no others. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&]*)(;?)/g, (written, name: string, end: string) => {
    const code = /^#x[0-9a-f]{1,6}$/i.test(name) ? Number.parseInt(name.slice(2), 16) : decimal(name);
    const character = code === undefined ? named.get(name) : isCharacter(code) ? String.fromCodePoint(code) : undefined;
    if (end === '' || character === undefined)
      refuseFile(
        'broken_spreadsheet',
        `The XML inside the file has an unknown entity ${JSON.stringify(written.slice(0, 30))}.`,
      );
    return character;
  });
}

function decimal(name: string): number | undefined {
  return /^#\d{1,7}$/.test(name) ? Number(name.slice(1)) : undefined;
}

/** XML 1.0 section 2.2. */
function isCharacter(code: number): boolean {
  if (code < SPACE) return code === 9 || code === 10 || code === 13;
  return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

/** A text as Office Open XML writes it: `_x000D_` is the character of that number (ECMA-376, ST_Xstring). */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

import { notOffered, unreadable } from './odata-fault';

const OPTION = '$search';
const TERM = /^(?:"((?:[^"\\]|\\.)*)"|([^\s"()]+))(?=\s|$)/;

/** Reads `$search` (OData 4.0 part 2, section 5.1.7) as words that must all be found; `OR`, `NOT` and phrases are not offered. */
export function readSearchWords(text: string): string {
  const words: string[] = [];
  let rest = text.trim();
  if (rest === '') throw unreadable(OPTION, 'write at least one word');
  while (rest !== '') {
    if (rest.startsWith('(')) throw notOffered(OPTION, 'parentheses are not offered', 'all words must be found');
    const found = TERM.exec(rest);
    if (!found) throw unreadable(OPTION, `there is nothing to read at ${rest.slice(0, 40)}`);
    const [whole, phrase, word = ''] = found;
    if (word === 'OR' || word === 'NOT') throw notOffered(OPTION, `${word} is not offered`, 'all words must be found');
    const term = phrase?.replace(/\\(.)/g, '$1') ?? word;
    if (/\s/.test(term))
      throw notOffered(OPTION, 'words are looked for one by one, not as a phrase', 'write them without quotes');
    if (word !== 'AND') words.push(term);
    rest = rest.slice(whole.length).trimStart();
  }
  if (words.length === 0) throw unreadable(OPTION, 'AND stands between two words');
  return words.join(' ');
}

import { quoted } from '../engine/sql';
import { QueryRefused } from '../rows/read-groups';
import type { NumberedRows, Reading } from './row-slices';

/** Characters that a cell of Excel has at most, in units of UTF-16. */
const MAX_CELL_CHARACTERS = 32_767;

/**
 * Finds the longest text of each field, in bytes; of fields without texts nothing. Refuses rows with a text that no cell
 * holds, since it would be cut there.
 */
export async function measureTexts(
  { fields, relation, values }: NumberedRows,
  { engine, ...limits }: Reading,
): Promise<Map<string, number>> {
  const texts = fields.filter(({ type }) => type === 'text' || type === 'json');
  if (texts.length === 0) return new Map();
  const measures = texts.map(({ name }) => `max(strlen(${quoted(name)})), bool_or(${isTooLong(quoted(name))})`);
  const [found = []] = await engine.query(`SELECT ${measures.join(', ')} FROM ${relation}`, values, limits);
  const tooLong = texts.find((_, index) => found[2 * index + 1] === true);
  if (tooLong) {
    throw new QueryRefused({
      in: 'query',
      name: '_format',
      code: 'not_allowed',
      detail: `a text of ${tooLong.name} has more characters than a cell of XLSX can have`,
      hint: `leave ${tooLong.name} out with _select, or take _format=csv`,
      max: MAX_CELL_CHARACTERS,
    });
  }
  return new Map(texts.map(({ name }, index) => [name, Number(found[2 * index] ?? 0)]));
}

/** No text has more units of UTF-16 than bytes of UTF-8, which cost nothing to count. Characters beyond 16 bits are two. */
function isTooLong(sql: string): string {
  const pairs = `length(regexp_replace(${sql}, '[^\\x{10000}-\\x{10ffff}]', '', 'g'))`;
  return `CASE WHEN strlen(${sql}) > ${MAX_CELL_CHARACTERS} THEN length(${sql}) + ${pairs} > ${MAX_CELL_CHARACTERS} ELSE false END`;
}

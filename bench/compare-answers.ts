import type { Row, Side } from './sides/side';
import type { Question } from './workloads/workloads';

/** Says where a side answers one of these questions with other rows than the first side does, whatever they are wrapped in. */
export async function compareAnswers(sides: readonly Side[], questions: readonly Question[]): Promise<string | null> {
  for (const question of questions) {
    const answers: [name: string, rows: string][] = [];
    for (const { name, rows } of sides) {
      if (rows) answers.push([name, textOf(question, await rows(question))]);
    }
    const [first, ...others] = answers;
    for (const [name, text] of others) {
      if (text === first?.[1]) continue;
      const both = `${first?.[0]}: ${first?.[1].slice(0, 200)}\n${name}: ${text.slice(0, 200)}`;
      return `answers to ${JSON.stringify(question)} differ\n${both}`;
    }
  }
  return null;
}

function textOf(question: Question, rows: readonly Row[]): string {
  if (question.of !== 'filter') return rows.map(plain).join('\n');
  // Rows that tie with the last may be any of those that tie; whoever sorts by qty alone may give ties in any order.
  const last = rows.at(-1)?.qty;
  const sure = rows.filter(({ qty }) => rows.length < 20 || qty !== last);
  return `${rows.length} ${last} ${sure.map(plain).sort().join('\n')}`;
}

/** A row in one spelling: peers leave nulls out, know no decimals, and write times and booleans in ways of their own. */
export function plain(row: Row): string {
  const cells = Object.entries(row)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => [name, spelled(name, value)]);
  return JSON.stringify(cells.sort(([one = ''], [other = '']) => (one < other ? -1 : 1)));
}

function spelled(name: string, value: unknown): string {
  if (name === 'at') return String(value).replace(' ', 'T').slice(0, 19);
  if (name === 'day') return String(value).slice(0, 10);
  return typeof value === 'boolean' || Number.isNaN(Number(value)) ? String(value) : String(Number(value));
}

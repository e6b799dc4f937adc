import { nameOfIdentifier } from './edm';
import type { ComparisonOperator, Literal, Operand } from './filter-expression';
import { unknownFunction } from './filter-match';
import { notOffered, unreadable } from './odata-fault';

type Call = Extract<Operand, { kind: 'call' }>;

/** Where a year or a day begins, and where the next one does; null behind the last one. */
interface Period {
  start: string;
  next: string | null;
}

const periods: Readonly<Record<string, (value: Literal, option: string) => Period>> = { year: yearOf, date: dayOf };

/** Reads `year(day) ge 2025` and `date(at) eq 2026-01-31` as comparisons with where the year or the day begins, in UTC. */
export function readPeriod(call: Call, op: ComparisonOperator, value: Literal, option: string) {
  const read = Object.hasOwn(periods, call.name) ? periods[call.name] : undefined;
  const [subject, ...more] = call.args;
  if (!read) throw unknownFunction(call, option);
  if (!subject || more.length > 0) throw unreadable(option, `${call.name} takes one field`);
  if (subject.kind !== 'property') throw notOffered(option, `${call.name} takes a field`);
  const field = nameOfIdentifier(subject.name);
  if (value.type === 'null')
    throw notOffered(option, `${call.name} is not compared with null`, 'compare the field with null');
  return { field, tree: { ...compare(field, op, read(value, option)) } };
}

function compare(field: string, op: ComparisonOperator, { start, next }: Period): Record<string, unknown> {
  const begins = { gte: start };
  const isBefore = next === null ? { null: 'false' } : { lt: next };
  const within = { [field]: { ...begins, ...isBefore } };
  switch (op) {
    case 'eq':
      return within;
    case 'ne':
      return { _not: within };
    case 'ge':
      return { [field]: begins };
    case 'lt':
      return { [field]: { lt: start } };
    case 'le':
      return { [field]: isBefore };
    case 'gt':
      return { [field]: next === null ? { in: [] } : { gte: next } };
  }
}

const MAX_YEAR = 9_999;

function yearOf({ type, text }: Literal, option: string): Period {
  const year = type === 'number' && /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (year < 1) throw unreadable(option, `a year is a whole number from 1 to ${MAX_YEAR}`);
  const first = (number: number) => `${String(number).padStart(4, '0')}-01-01`;
  return { start: first(year), next: year === MAX_YEAR ? null : first(year + 1) };
}

const DAY_MS = 86_400_000;

function dayOf({ type, text }: Literal, option: string): Period {
  const start = type === 'date' ? new Date(`${text}T00:00:00Z`) : new Date(Number.NaN);
  if (Number.isNaN(start.getTime()) || !start.toISOString().startsWith(text))
    throw unreadable(option, 'write a day as 2026-01-31');
  const next = new Date(start.getTime() + DAY_MS).toISOString();
  return { start: text, next: next.startsWith('+') ? null : next.slice(0, 10) };
}

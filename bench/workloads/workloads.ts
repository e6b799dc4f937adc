import { shuffled } from './seeded';
import { AMOUNTS, CITIES, TABLE_ROWS } from './table';

/** What a client wants to know, whatever the words of the one that is asked. */
export type Question =
  | { of: 'first-page' }
  | { of: 'page'; first: number; length: number }
  | { of: 'lookup'; id: number }
  | { of: 'filter'; city: string; atLeast: string }
  | { of: 'group'; atLeast: string };

export interface Workload {
  name: string;
  /** What may be asked again within a run. */
  repeats: string;
  /** The goal against each other side: how many times its requests a second. */
  goals: Readonly<Record<string, number>>;
  /** Whether answers may come from the gateway's cache of answers. */
  cached: boolean;
  /** Gives a question that was not given before; none when there is no new one. */
  questions: () => () => Question | undefined;
}

export const PAGE = 100;
/** Pages begin at each fortieth row and have ten lengths: so many addresses that none has to be asked twice. */
export const PAGE_STEP = 40;
const LENGTHS = 10;
const PAGES = (TABLE_ROWS - PAGE) / PAGE_STEP - 1;
const CENTS = AMOUNTS * 100;
const NOTHING = 'nothing repeats';

export const workloads: readonly Workload[] = [
  {
    name: 'hot page of 100',
    repeats: 'every request is the same',
    goals: { ROAPI: 4, Fastify: 1 / 1.4 },
    cached: true,
    questions: () => () => ({ of: 'first-page' }),
  },
  {
    name: 'random page of 91 to 100',
    repeats: `${NOTHING}; pages overlap, so that a row is in some 25 of them`,
    goals: { ROAPI: 2, NATS: 1 / 1.25 },
    cached: false,
    questions: each(PAGES * LENGTHS, 1, (n) => ({
      of: 'page',
      first: (Math.floor(n / LENGTHS) + 1) * PAGE_STEP,
      length: PAGE - (n % LENGTHS),
    })),
  },
  {
    name: 'lookup by id',
    repeats: NOTHING,
    goals: { ROAPI: 4, NATS: 1 / 1.5 },
    cached: false,
    questions: each(TABLE_ROWS, 2, (id) => ({ of: 'lookup', id })),
  },
  {
    name: 'filter by city and amount, sort by qty, 20 rows',
    repeats: `a city, with another amount; no query`,
    goals: { ROAPI: 4, DuckDB: 1 / 1.25 },
    cached: false,
    questions: each(CENTS, 3, (n) => ({ of: 'filter', city: `city ${n % CITIES}`, atLeast: amountOf(n) })),
  },
  {
    name: 'group by city, count and sum over a filter',
    repeats: NOTHING,
    goals: { ROAPI: 1.5, DuckDB: 1 / 1.25 },
    cached: false,
    questions: each(CENTS, 4, (n) => ({ of: 'group', atLeast: amountOf(n) })),
  },
];

/** Questions of a seeded order, each of them once: every side is asked the same ones. */
function each(count: number, seed: number, question: (number: number) => Question): Workload['questions'] {
  return () => {
    const order = shuffled(count, seed);
    let next = 0;
    return () => {
      const number = order[next++];
      return number === undefined ? undefined : question(number);
    };
  };
}

function amountOf(cents: number): string {
  return (cents / 100).toFixed(2);
}

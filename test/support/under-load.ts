import type { Answer } from './publisher';

/**
 * Has every client ask one request after the other until the work is over. Tells how often each outcome came: a status
 * below 300, or a status and what it said.
 */
export async function underLoad(
  work: Promise<unknown>,
  clients: ReadonlyArray<(number: number) => Promise<Answer>>,
): Promise<Map<string, number>> {
  let isOver = false;
  const outcomes = new Map<string, number>();
  const repeat = async (ask: (number: number) => Promise<Answer>) => {
    for (let number = 0; !isOver; number++) {
      const { status, text } = await ask(number);
      const outcome = status < 300 ? String(status) : `${status} ${text}`;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  const over = work.finally(() => {
    isOver = true;
  });
  await Promise.all([over, ...clients.map(repeat)]);
  return outcomes;
}

import { read } from '../../test/support/publisher';
import { TABLE_ROWS } from '../workloads/table';
import { PAGE, PAGE_STEP } from '../workloads/workloads';

const SEGMENT = 1_000;
const WALKERS = 8;

/** Gives the cursor behind which the page of a row begins, for each eighth row. Cursors do not depend on a page's length. */
export async function walkCursors(gateway: string, path: string, secret: string): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  const walk = async (from: number, end: number, step: number) => {
    for (let row = from; row < end; row += step) {
      const cursor = found.get(row);
      const query = `_limit=${step}${cursor ? `&_cursor=${cursor}` : ''}`;
      const { status, text, json } = await read(gateway, `${path}?${query}`, secret);
      if (status !== 200) throw new Error(`${status}: ${text}`);
      const next = (json as { page: { nextCursor: string | null } }).page.nextCursor;
      if (next) found.set(row + step, next);
    }
  };
  await walk(0, TABLE_ROWS, SEGMENT);
  const segments = Array.from({ length: TABLE_ROWS / SEGMENT }, (_, index) => index * SEGMENT);
  const walkers = Array.from({ length: WALKERS }, async () => {
    for (let from = segments.pop(); from !== undefined; from = segments.pop())
      await walk(from, from + SEGMENT - PAGE_STEP, PAGE_STEP);
  });
  await Promise.all(walkers);
  if (found.size < TABLE_ROWS / PAGE_STEP - PAGE) throw new Error(`only ${found.size} cursors`);
  return found;
}

import { read } from '../../test/support/publisher';

const LONGEST_PAGE = 1_000;
const WALKERS = 8;

/**
 * Gives the cursor behind which a page begins, for each `step`th row; a step divides 1,000. Cursors do not depend on a
 * page's length.
 */
export async function walkCursors(
  at: { url: string; path: string; secret: string },
  rows: number,
  step: number,
): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  const walk = async (from: number, end: number, length: number) => {
    for (let row = from; row < end; row += length) {
      const cursor = found.get(row);
      const query = `_limit=${length}${cursor ? `&_cursor=${cursor}` : ''}`;
      const { status, text, json } = await read(at.url, `${at.path}?${query}`, at.secret);
      if (status !== 200) throw new Error(`${status}: ${text}`);
      const next = (json as { page: { nextCursor: string | null } }).page.nextCursor;
      if (next) found.set(row + length, next);
    }
  };
  await walk(0, rows, LONGEST_PAGE);
  const segments = Array.from({ length: Math.ceil(rows / LONGEST_PAGE) }, (_, index) => index * LONGEST_PAGE);
  const walkers = Array.from({ length: WALKERS }, async () => {
    for (let from = segments.pop(); from !== undefined; from = segments.pop()) {
      await walk(from, from + LONGEST_PAGE - step, step);
    }
  });
  await Promise.all(walkers);
  return found;
}

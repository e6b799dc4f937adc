import { listPage } from './list-page';

describe('pages of a list', () => {
  const ids = ['e', 'd', 'c', 'b', 'a'];
  const read = (limit: number, cursor?: string) =>
    listPage(
      { limit, cursor },
      async (below, count) =>
        ids
          .filter((id) => below === undefined || id < below)
          .slice(0, count)
          .map((_id) => ({ _id })),
      ({ _id }) => _id,
    );

  test.each([1, 2, 3, 4, 5, 6])('of %i go through everything once, and the last one says so', async (limit) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await read(limit, cursor);
      expect(page.data.length).toBeGreaterThan(0);
      seen.push(...page.data);
      cursor = page.page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(ids);
  });

  test('behind the last item there is an empty one', async () => {
    expect(await read(2, 'a')).toEqual({ data: [], page: { nextCursor: null } });
  });
});

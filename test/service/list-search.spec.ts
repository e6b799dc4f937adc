import { searchList } from '@sluice/storage/list-search';
import fc from 'fast-check';
import { type Connection, createConnection, type Model, Schema } from 'mongoose';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';

interface Thing {
  _id: string;
  name: string;
  text: string;
  at: Date | null;
  on: boolean;
}

const names = ['Zürich', 'zürich', 'Basel', 'a.b', 'a+b', 'Ärmel', 'apple', 'Apple', '(x', 'حقل'];
const moments = [null, new Date('2026-01-01'), new Date('2026-01-02'), new Date('1999-12-31')];
const things = names.flatMap((name, at) =>
  moments.map((moment, index): Thing => {
    const row = at * moments.length + index;
    return { _id: `id${String(row).padStart(3, '0')}`, name, text: `text ${row % 7}`, at: moment, on: row % 3 === 0 };
  }),
);

describe('a list that is searched', () => {
  let mongodb: TestEngine;
  let connection: Connection;
  let model: Model<Thing>;

  beforeAll(async () => {
    mongodb = await startMongo();
    connection = await createConnection(mongodb.url, { dbName: 'lists' }).asPromise();
    const schema = new Schema<Thing>({ _id: String, name: String, text: String, at: Date, on: Boolean });
    model = connection.model<Thing>('things', schema);
    await model.insertMany(things);
  });
  afterAll(async () => {
    await connection?.close();
    await mongodb?.stop();
  });

  const scope = { filter: {}, texts: ['name', 'text'] as const };
  const asked = { sort: '-createdAt', limit: 200, count: false };
  const find = async (request: Partial<Parameters<typeof searchList>[1]>) =>
    (await searchList(model, { ...asked, ...request }, scope)).docs.map(({ _id }) => _id);

  async function readPaged(sort: string, limit: number, q?: string) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { docs, page } = await searchList(model, { ...asked, sort, limit, q, cursor }, scope);
      expect(docs.length).toBeLessThanOrEqual(limit);
      seen.push(...docs.map(({ _id }) => _id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return seen;
  }

  it('is the same page by page as at once, in every order, with nulls and ties', async () => {
    const sorts = fc.constantFrom('createdAt', '-createdAt', 'name', '-name', 'at', '-at', 'on', '-on');
    const limits = fc.integer({ min: 1, max: 50 });
    const words = fc.constantFrom(undefined, 'text', 'A', 'z 1');
    await fc.assert(
      fc.asyncProperty(sorts, limits, words, async (sort, limit, q) => {
        const whole = await find({ sort, q });
        expect(await readPaged(sort, limit, q)).toEqual(whole);
        expect(new Set(whole).size).toBe(whole.length);
        if (q === undefined) expect(whole).toHaveLength(things.length);
      }),
      { numRuns: 60 },
    );
  });

  it('stands in the order in which people look for names, whatever the case of their letters', async () => {
    const { docs } = await searchList(model, { ...asked, sort: 'name' }, scope);
    const order = [...new Set(docs.map(({ name }) => name.toLowerCase()))];
    expect(order).toEqual(['(x', 'a.b', 'a+b', 'apple', 'ärmel', 'basel', 'zürich', 'حقل']);
  });

  it.each([
    ['züRICH', ['Zürich', 'zürich']],
    ['a.b', ['a.b']],
    ['a+b', ['a+b']],
    ['(x', ['(x']],
    ['حقل', ['حقل']],
    ['apple text', ['apple', 'Apple']],
    ['apple basel', []],
    ['^', []],
  ])('has what has every word of %s, and nothing is a pattern', async (q, expected) => {
    const { docs, page } = await searchList(model, { ...asked, q, count: true }, scope);
    expect(new Set(docs.map(({ name }) => name))).toEqual(new Set(expected));
    expect(page).toEqual({ nextCursor: null, total: docs.length });
  });

  it.each(['', 'x', Buffer.from('["name",{"$gt":""},"x"]').toString('base64url')])(
    'refuses the cursor %j, which is none of its own',
    async (cursor) => {
      await expect(find({ cursor })).rejects.toMatchObject({ code: 'cursor_mismatch' });
    },
  );

  it.each([
    ['at', 'no moment'],
    ['on', 'perhaps'],
  ])('refuses a cursor of the order by %s whose value is %j', async (sort, value) => {
    const cursor = Buffer.from(JSON.stringify([sort, 'id001', value])).toString('base64url');
    await expect(find({ sort, cursor })).rejects.toMatchObject({ code: 'cursor_mismatch' });
  });

  it('refuses the cursor of another order', async () => {
    const { page } = await searchList(model, { ...asked, sort: 'name', limit: 2 }, scope);
    await expect(find({ sort: '-name', cursor: page.nextCursor ?? '' })).rejects.toMatchObject({
      code: 'cursor_mismatch',
    });
  });
});

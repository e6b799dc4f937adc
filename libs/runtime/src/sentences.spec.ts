import { z } from 'zod';
import { sentenceFor } from './sentences';

function sentencesOf(schema: z.ZodType, value: unknown): string[] {
  return schema.safeParse(value, { error: sentenceFor }).error?.issues.map(({ message }) => message) ?? [];
}

describe('what a schema has against a value', () => {
  it.each<[string, z.ZodType, unknown]>([
    ['name is required', z.string(), undefined],
    ['name has to have at least 1 character', z.string().min(1), ''],
    ['name has to have at most 3 characters', z.string().max(3), 'long'],
    ['name has to be a text', z.string(), 1],
    ['name has to be a whole number', z.int(), 1.5],
    ['name has to be at most 4', z.int().max(4), 5],
    ['name has to be more than 0', z.number().positive(), 0],
    ['name has to be one of GET, POST', z.enum(['GET', 'POST']), 'PUT'],
    ['name has to be a list', z.array(z.string()), 'x'],
    ['entry 1 of name has to be a text', z.array(z.string()), [1]],
    ['name has to have at least 1 entry', z.array(z.string()).min(1), []],
    ['name has to be a time such as 2026-01-31T13:45:00Z', z.iso.datetime(), 'soon'],
    ['name has to be a multiple of 60', z.int().multipleOf(60), 61],
    ['name has none of the forms that it may have', z.union([z.string(), z.number()]), null],
    ['name has to be true or false', z.boolean(), 'yes'],
  ])('is said as: %s', (sentence, schema, value) => {
    expect(sentencesOf(z.object({ name: schema }), { name: value })).toEqual([sentence]);
  });

  it('names members that it does not know', () => {
    expect(sentencesOf(z.strictObject({}), { nmae: 1 })).toEqual(['there is no nmae']);
  });

  it('is said in the words of the schema where it has some', () => {
    expect(sentencesOf(z.string().regex(/x/, 'write an x'), 'y')).toEqual(['write an x']);
  });
});

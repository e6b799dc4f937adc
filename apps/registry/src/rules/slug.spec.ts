import { PATH_PATTERN } from '@sluice/contracts/registry/apis';
import fc from 'fast-check';
import { slugOf, variants } from './slug';

describe('slugs', () => {
  test.each([
    ['Sales orders 2024', 'sales-orders-2024'],
    ['  Überfluß & Café  ', 'uberflu-cafe'],
    ['売上', 'api'],
    ['--', 'api'],
    ['a/b_c.d', 'a-b-c-d'],
    [`${'x'.repeat(59)} y`, 'x'.repeat(59)],
  ])('%s is %s', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });

  test('of any name are a path of one segment, and stay what they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(slugOf(name)).toMatch(PATH_PATTERN);
        expect(slugOf(name)).not.toContain('/');
        expect(slugOf(slugOf(name))).toBe(slugOf(name));
      }),
    );
  });

  test('the first variant is the text itself, the others count on from 2', () => {
    expect(variants('sales', 3)).toEqual(['sales', 'sales-2', 'sales-3']);
  });
});

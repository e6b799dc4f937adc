import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aggregateFunctions, dateParts } from '@sluice/contracts/catalogue/row-groups';
import { filterOperators } from '@sluice/contracts/filter';
import { controls } from './values/controls';

const page = readFileSync(join(__dirname, '../../../docs/query-language.md'), 'utf8');

describe('docs/query-language.md', () => {
  it.each([...filterOperators, ...controls].map(String))('explains %s', (word) => {
    expect(page).toMatch(new RegExp(`^\\|.*\`${word}[=\`]`, 'm'));
  });

  it.each([...dateParts, ...aggregateFunctions].map(String))('explains the function %s', (word) => {
    expect(page).toMatch(new RegExp(`^\\|.*\`${word}[(\`]`, 'm'));
  });
});

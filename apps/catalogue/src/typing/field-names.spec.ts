import { FieldName } from '@sluice/contracts/fields';
import fc from 'fast-check';
import { nameFields } from './field-names';

describe('field names', () => {
  it('keeps a label that is already a name', () => {
    expect(nameFields(['zip_code', 'Miles', 'a1'])).toEqual(['zip_code', 'Miles', 'a1']);
  });

  it('makes spaces, reserved underscores and signs safe', () => {
    expect(nameFields(['US Gross', '_id', 'a__b', 'x_', '  p (%) ', 'a.b'])).toEqual([
      'US_Gross',
      'id',
      'a_b',
      'x',
      'p',
      'a_b_2',
    ]);
  });

  it('writes foreign letters in Latin where it can and numbers the column where it cannot', () => {
    expect(nameFields(['Größe', 'Ærø', 'naïve', '価格', ''])).toEqual([
      'Grosse',
      'AEro',
      'naive',
      'column_4',
      'column_5',
    ]);
  });

  it('tells duplicates apart, also those that differ in case only, and lets an exact label keep its name', () => {
    expect(nameFields(['a', 'A', 'a', 'b c', 'b_c'])).toEqual(['a', 'A_2', 'a_3', 'b_c_2', 'b_c']);
  });

  it('leaves the one name to DuckDB that it needs for itself', () => {
    expect(nameFields(['file_row_number', 'File_Row_Number'])).toEqual(['file_row_number_2', 'File_Row_Number_3']);
  });

  it('shortens very long labels and still tells them apart', () => {
    const names = nameFields(['x'.repeat(100), `${'x'.repeat(99)}y`]);
    expect(names).toEqual(['x'.repeat(63), `${'x'.repeat(61)}_2`]);
  });

  it('gives valid and unique names whatever the labels are', () => {
    const label = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 90 }), fc.stringMatching(/^[aA_ 2]{0,6}$/));
    fc.assert(
      fc.property(fc.array(label, { maxLength: 30 }), (labels) => {
        const names = nameFields(labels);
        expect(names.filter((name) => !FieldName.safeParse(name).success)).toEqual([]);
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(labels.length);
      }),
    );
  });
});

import { ods } from '../../../../test/support/workbooks';
import { stage } from './stage-of-a-test';

describe('a sheet of ODS', () => {
  const cell = (attributes: string, text = '') =>
    `<table:table-cell ${attributes}>${text && `<text:p>${text}</text:p>`}</table:table-cell>`;
  const text = (value: string) => cell('office:value-type="string"', value);
  const row = (cells: string, attributes = '') => `<table:table-row ${attributes}>${cells}</table:table-row>`;
  const table = (rows: string, name = 'One', style = 'ta1') =>
    `<table:table table:name="${name}" table:style-name="${style}">${rows}</table:table>`;
  const read = (tables: string, styles?: string) => stage(ods(tables, styles), {}, { kind: 'ods' });

  it('gives numbers, dates, times, booleans and texts by what the cells say of themselves', async () => {
    const { labels, rows, warnings } = await read(
      table(
        row(['n', 'd', 't', 'b', 's', 'p'].map(text).join('')) +
          row(
            cell('office:value-type="float" office:value="1.50"', '1,5') +
              cell('office:value-type="date" office:date-value="2024-01-05"') +
              cell('office:value-type="time" office:time-value="PT09H05M01.5S"') +
              cell('office:value-type="boolean" office:boolean-value="true"') +
              cell(
                'office:value-type="string"',
                '007<text:s text:c="2"/>x</text:p><office:annotation><text:p>note</text:p></office:annotation><text:p>y',
              ) +
              cell('office:value-type="percentage" office:value="0.125"', '12.5 %'),
          ) +
          row(
            cell('office:value-type="float" office:value="2"') +
              cell('office:value-type="date" office:date-value="2024-01-05T10:30:00.25"') +
              cell('office:value-type="time" office:time-value="PT30H00M00S"'),
          ),
      ),
    );
    expect(labels).toEqual(['n', 'd', 't', 'b', 's', 'p']);
    expect(rows).toEqual([
      [1.5, '2024-01-05', '09:05:01.5', true, '007  x\ny', 0.125],
      [2, '2024-01-05T10:30:00.25', 'PT30H00M00S'],
    ]);
    expect(warnings).toEqual([]);
  });

  it('repeats rows and cells that stand for many, and tells what is merged, hidden or an error', async () => {
    const sheet = table(
      '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse" table:number-columns-repeated="16382"/>' +
        row(text('a') + text('b') + text('c')) +
        row(
          cell('office:value-type="float" office:value="1" table:number-columns-repeated="2"'),
          'table:number-rows-repeated="2"',
        ) +
        row(
          cell('office:value-type="string" calcext:value-type="error"', '#N/A') +
            cell('table:number-columns-spanned="2" office:value-type="float" office:value="5"') +
            '<table:covered-table-cell office:value-type="float" office:value="9"/>',
          'table:visibility="collapse"',
        ) +
        row(cell('table:number-columns-repeated="16384"'), 'table:number-rows-repeated="1048571"'),
    );
    const { rows, lines, warnings } = await read(sheet);
    expect(rows).toEqual([
      [1, 1],
      [1, 1],
      [null, 5],
    ]);
    expect(lines).toEqual([2, 3, 4]);
    expect(warnings).toMatchObject([
      { code: 'cell_errors', cell: 'A4', count: 1 },
      { code: 'merged_cells', cell: 'B4', count: 1 },
      { code: 'hidden_rows', line: 4, count: 1 },
      { code: 'hidden_columns', cell: 'C', count: 1 },
    ]);
  });

  it('takes the first sheet that is not hidden', async () => {
    const style = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>';
    const tables =
      table(row(text('x')) + row(text('1')), 'Hidden', 'ta2') + table(row(text('y')) + row(text('2')), 'Shown');
    const shown = await read(tables, style);
    expect(shown.labels).toEqual(['y']);
    expect(shown.warnings).toMatchObject([{ code: 'sheet_guessed' }]);
  });
});

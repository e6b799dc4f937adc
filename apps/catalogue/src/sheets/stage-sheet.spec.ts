import { rowsOf, xlsx } from '../../../../test/support/workbooks';
import { stage } from './stage-of-a-test';

const one = (rows: string, more: Partial<Parameters<typeof xlsx>[0]> = {}) => xlsx({ sheets: [{ rows }], ...more });

describe('a sheet of XLSX', () => {
  it('gives numbers with their digits, booleans, and texts that keep their zeros, shared, in place or rich', async () => {
    const rows = rowsOf(
      ['n', 'b', 's', 'i'],
      [0.1, '<c t="b"><v>1</v></c>', '<c t="s"><v>0</v></c>', '007'],
      ['<c><v>12345678901234567.5</v></c>', '<c t="b"><v>0</v></c>', '<c t="s"><v>1</v></c>', 'a\nb "c" & <d>'],
      ['<c><v>1E-3</v></c>', '', '<c t="s"><v>2</v></c>', 'grün 😀 _x0041_'],
    );
    const texts = [
      '<t>0012</t>',
      '<r><t>two </t></r><r><t xml:space="preserve">parts</t></r><rPh><t>x</t></rPh>',
      '<t/>',
    ];
    const { labels, rows: read, warnings } = await stage(one(rows, { texts }));
    expect(labels).toEqual(['n', 'b', 's', 'i']);
    expect(read).toEqual([
      [0.1, true, '0012', '007'],
      [Number('12345678901234567.5'), false, 'two parts', 'a\nb "c" & <d>'],
      [0.001, null, null, 'grün 😀 A'],
    ]);
    expect(warnings).toEqual([]);
  });

  it('reads dates by the format of the cell alone, in both systems, over the day that never was, to the millisecond', async () => {
    const formats = [
      'yyyy-mm-dd',
      'd/m/yy h:mm',
      'h:mm:ss',
      '[h]:mm',
      '0.00 "days"',
      22,
      14,
      '[$-407]d. mmmm yyyy',
      'mm:ss.0',
    ];
    const cell = (style: number, serial: number) => `<c s="${style}"><v>${serial}</v></c>`;
    const rows = rowsOf(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'],
      [
        cell(1, 45296),
        cell(2, 45296.5),
        cell(3, 0.999994212962963),
        cell(4, 1.5),
        cell(5, 45296),
        cell(6, 45296.416666666664),
        cell(7, 59),
        cell(8, 61),
        cell(9, 0.0000057870370370370367),
      ],
      [
        cell(1, 1),
        cell(2, 45296),
        cell(3, 0),
        cell(4, 0),
        cell(5, 1),
        cell(6, 45296.123456789),
        cell(7, 60),
        cell(8, -1),
        1,
      ],
    );
    const { rows: read, warnings } = await stage(one(rows, { formats }));
    expect(read).toEqual([
      [
        '2024-01-05',
        '2024-01-05T12:00:00',
        '23:59:59.500',
        1.5,
        45296,
        '2024-01-05T10:00:00',
        '1900-02-28',
        '1900-03-01',
        '00:00:00.500',
      ],
      ['1900-01-01', '2024-01-05T00:00:00', '00:00:00', 0, 1, '2024-01-05T02:57:46.667', null, null, 1],
    ]);
    expect(warnings).toEqual([{ code: 'out_of_range', detail: expect.any(String), cell: 'G3', count: 2 }]);
    const later = await stage(one(rowsOf(['a'], [cell(1, 0)], [cell(1, 43834)]), { formats, is1904: true }));
    expect(later.rows).toEqual([['1904-01-01'], ['2024-01-05']]);
  });

  it('gives the values that formulas had, and tells errors and formulas without one with the address of the first', async () => {
    const rows = rowsOf(
      ['x', 'y'],
      ['<c><f>1+1</f><v>2</v></c>', '<c t="str"><f>"a"</f><v>a</v></c>'],
      ['<c t="e"><v>#N/A</v></c>', '<c><f>1+1</f></c>'],
      ['<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', '<c t="str"><f>""</f><v></v></c>'],
      [1, 'z'],
    );
    const { rows: read, warnings } = await stage(one(rows));
    expect(read).toEqual([
      [2, 'a'],
      [1, 'z'],
    ]);
    expect(warnings).toEqual([
      { code: 'cell_errors', detail: expect.stringContaining('2 cells'), cell: 'A3', count: 2 },
      { code: 'formulas_without_values', detail: expect.any(String), cell: 'B3', count: 1 },
    ]);
  });

  it('tells merged cells and hidden rows and columns where they are, and reads what is hidden', async () => {
    const sheet = {
      before: '<cols><col min="2" max="2" hidden="1"/><col min="5" max="16384" hidden="1"/></cols>',
      rows: rowsOf(['a', 'b', 'c'], ['x', 1, 2], ['', 3, 4]).replace('<row r="3">', '<row r="3" hidden="1">'),
      after: '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>',
    };
    const { rows, warnings } = await stage(xlsx({ sheets: [sheet] }));
    expect(rows).toEqual([
      ['x', 1, 2],
      [null, 3, 4],
    ]);
    expect(warnings).toMatchObject([
      { code: 'merged_cells', cell: 'A2:A3', count: 1 },
      { code: 'hidden_rows', line: 3, count: 1 },
      { code: 'hidden_columns', cell: 'B', count: 1 },
    ]);
  });

  it('leaves out empty rows and columns around the table, wherever it stands, also when a later cell stands left of it', async () => {
    const table = '<row r="3"><c r="C3" t="str"><v>a</v></c><c r="D3" t="str"><v>b</v></c><c r="F3" s="1"/></row>';
    const value = (row: number) => `<row r="${row}"><c r="C${row}"><v>${row}</v></c><c r="D${row}"><v>1</v></c></row>`;
    const empty = '<row r="1048570" s="1"/><row r="1048576"><c r="A1048576" s="1"/></row>';
    expect(await stage(one(table + value(4) + value(9) + empty))).toMatchObject({
      labels: ['a', 'b'],
      rows: [
        [4, 1],
        [9, 1],
      ],
      lines: [4, 9],
    });
    const many = Array.from({ length: 200 }, (_, index) => value(index + 4)).join('');
    const left = await stage(one(`${table}${many}<row r="999"><c r="B999" t="str"><v>Source: us</v></c></row>`));
    expect(left.labels).toEqual(['', '', 'a', 'b']);
    expect(left.rows.at(0)).toEqual([null, null, 4, 1]);
    expect(left.rows.at(-1)).toEqual([null, 'Source: us']);
  });

  it('finds the row of the names below titles, takes another when it is asked for, and numbers columns of values alone', async () => {
    const rows = rowsOf(
      ['Sales 2024'],
      [],
      ['as of', 45296],
      ['id', 'name', 'sum'],
      [1, 'x', 2],
      [2, 'y'],
      [3, 'z', 4],
    );
    const guessed = await stage(one(rows));
    expect(guessed).toMatchObject({ labels: ['id', 'name', 'sum'], lines: [5, 6, 7] });
    expect(guessed.warnings).toMatchObject([{ code: 'header_guessed', option: 'header', line: 4, count: 2 }]);
    expect(await stage(one(rows), { header: 5 })).toMatchObject({
      labels: ['1', 'x', '2'],
      lines: [6, 7],
      warnings: [],
    });
    expect(await stage(one(rows), { header: false, skip: 4 })).toMatchObject({
      labels: ['', '', ''],
      lines: [5, 6, 7],
    });
    await expect(stage(one(rows), { header: 2 })).rejects.toMatchObject({ faults: [{ code: 'no_header', line: 2 }] });
    const values = await stage(one(rowsOf([1, 2], [3, 4])));
    expect(values).toMatchObject({
      labels: ['', ''],
      rows: [
        [1, 2],
        [3, 4],
      ],
      warnings: [{ code: 'header_guessed' }],
    });
  });

  it('reads a range, and nothing beside it', async () => {
    const rows = rowsOf(['a', 'b', 'c'], [1, 2, 3], [4, 5, 6], [7, 8, 9]);
    const { labels, rows: read } = await stage(one(rows), { range: 'C3:B1' });
    expect({ labels, read }).toEqual({
      labels: ['b', 'c'],
      read: [
        [2, 3],
        [5, 6],
      ],
    });
  });

  it('takes the first sheet that is not hidden and holds values, tells the others, and takes any that is named', async () => {
    const workbook = xlsx({
      sheets: [
        { name: 'Secret', rows: rowsOf(['s'], [1]), state: 'veryHidden' },
        { name: 'Empty', rows: '' },
        { name: 'Data & more', rows: rowsOf(['d'], [2]) },
        { name: 'Notes', rows: rowsOf(['n'], [3]) },
      ],
    });
    const { labels, warnings } = await stage(workbook);
    expect(labels).toEqual(['d']);
    expect(warnings).toMatchObject([{ code: 'sheet_guessed', option: 'sheet', count: 3 }]);
    expect(warnings[0]?.detail).toBe(
      'The sheet "Data & more" was read; "Empty", "Notes" were left out; hidden: "Secret".',
    );
    expect(await stage(workbook, { sheet: 'Secret' })).toMatchObject({ labels: ['s'], warnings: [] });
    const unknown = stage(workbook, { sheet: 'Nope' });
    await expect(unknown).rejects.toMatchObject({
      faults: [{ code: 'unknown_sheet', detail: expect.stringContaining('"Notes"') }],
    });
  });

  it('reads prefixed names, single quotes, comments, CDATA and rows without addresses as well', async () => {
    const sheet = `<x:worksheet><!-- > --><x:sheetData><x:row><x:c t='str'><x:v><![CDATA[a]]>b</x:v></x:c><x:c t = "inlineStr"><x:is><x:t>c&#x41;</x:t></x:is></x:c></x:row>
      <x:row><x:c><x:v>1</x:v></x:c><x:c><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>`;
    const read = await stage(one('', { parts: { 'xl/worksheets/sheet1.xml': sheet } }));
    expect(read).toMatchObject({ labels: ['ab', 'cA'], rows: [[1, 2]], lines: [2] });
  });

  it('gives texts that do not fit into memory as they are', async () => {
    const texts = Array.from({ length: 3_500 }, (_, index) => `<t>${index} ${'x'.repeat(10_000)}</t>`);
    const order = [3_499, 0, 2_000, 1, 3_498];
    const rows = rowsOf(['t'], ...order.map((index) => [`<c t="s"><v>${index}</v></c>`]));
    const { rows: read } = await stage(one(rows, { texts }));
    expect(read.map(([text]) => text)).toEqual(order.map((index) => `${index} ${'x'.repeat(10_000)}`));
  });
});

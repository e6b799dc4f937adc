import { ods, rowsOf, xlsx, zipped } from '../../../../test/support/workbooks';
import { FileRefused } from '../sources/file-refused';
import { stage } from './stage-of-a-test';

const SHEET = 'xl/worksheets/sheet1.xml';
const good = rowsOf(['a'], [1]);
const withSheet = (sheet: string | undefined) => xlsx({ sheets: [{ rows: good }], parts: { [SHEET]: sheet } });
const withRows = (rows: string) => xlsx({ sheets: [{ rows }] });
const refused = async (workbook: Buffer, options: Parameters<typeof stage>[2] = {}) => {
  const refusal = await stage(workbook, {}, options).catch((error: unknown) => error);
  if (!(refusal instanceof FileRefused)) throw new Error('the file was not refused', { cause: refusal });
  const { code, faults, message } = refusal;
  return { code, fault: faults[0]?.code, message };
};

describe('a workbook that was made to do harm', () => {
  it('is refused when it unpacks to more than a file may hold, or to more than any table would', async () => {
    const bomb = withSheet(`<worksheet><sheetData>${'<row><c/></row>'.repeat(1_500_000)}</sheetData></worksheet>`);
    expect(bomb.length).toBeLessThan(200_000);
    expect(await refused(bomb, { maxBytes: 10_000_000 })).toMatchObject({ code: 'payload_too_large' });
    const texts = xlsx({ sheets: [{ rows: good }], texts: ['<t>x</t>'.repeat(2_000_000)] });
    expect(await refused(texts, { maxBytes: 10_000_000 })).toMatchObject({ code: 'payload_too_large' });
    const rows =
      '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000" office:value-type="float" office:value="1"/></table:table-row>';
    const repeated = ods(`<table:table table:name="x">${rows}</table:table>`);
    expect(await refused(repeated, { kind: 'ods', maxBytes: 10_000_000 })).toMatchObject({ code: 'payload_too_large' });
  });

  it('has no entity expanded that it declares, and none that it does not', async () => {
    const laughs = `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>`;
    expect(await refused(withSheet(laughs))).toMatchObject({ fault: 'broken_spreadsheet' });
    const external = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet/>';
    expect(await refused(withSheet(external))).toMatchObject({ fault: 'broken_spreadsheet' });
    for (const entity of ['&b;', '&#0;', '&#xD800;', '&#x110000;', '&amp', '&constructor;'])
      expect(await refused(withRows(`<row><c t="str"><v>${entity}</v></c></row>`))).toMatchObject({
        fault: 'broken_spreadsheet',
      });
  });

  it.each([
    ['ends too early', '<worksheet><sheetData><row><c><v>1'],
    ['is cut inside a tag', '<worksheet><sheetData><row r="1'],
    ['closes another element', '<worksheet><sheetData><row></sheetData></row></worksheet>'],
    ['closes more than it opens', '<worksheet></worksheet></worksheet>'],
    ['has two roots', '<worksheet/><worksheet/>'],
    ['has attributes without quotes', '<worksheet><sheetData><row r=1><c><v>1</v></c></row></sheetData></worksheet>'],
    ['has nothing in it', ''],
    ['is nested without end', '<a>'.repeat(100_000)],
    ['has a tag without end', `<worksheet a="${'x'.repeat(9_000_000)}`],
    ['has a text without end', `<worksheet><sheetData><row><c t="str"><v>${'x'.repeat(9_000_000)}`],
    [
      'names a text that is not there',
      '<worksheet><sheetData><row><c t="s"><v>5</v></c></row></sheetData></worksheet>',
    ],
    [
      'has a cell beyond the last column',
      '<worksheet><sheetData><row><c r="XFE1"><v>1</v></c></row></sheetData></worksheet>',
    ],
    [
      'has a cell far beyond the last column',
      `<worksheet><sheetData><row><c r="${'Z'.repeat(99)}1"><v>1</v></c></row></sheetData></worksheet>`,
    ],
    [
      'has a row beyond the last row',
      '<worksheet><sheetData><row r="1048577"><c><v>1</v></c></row></sheetData></worksheet>',
    ],
    ['has a row of no number', '<worksheet><sheetData><row r="x"><c><v>1</v></c></row></sheetData></worksheet>'],
    ['has a row twice', '<worksheet><sheetData><row r="2"/><row r="2"/></sheetData></worksheet>'],
    [
      'has a cell twice',
      '<worksheet><sheetData><row><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row></sheetData></worksheet>',
    ],
  ])('is refused where its XML %s', async (_, sheet) => {
    expect(await refused(withSheet(sheet))).toMatchObject({ code: 'invalid_file', fault: 'broken_spreadsheet' });
  });

  it('is refused where parts are missing, and read where only the way to them is', async () => {
    expect(await refused(withSheet(undefined))).toMatchObject({ message: `The file lacks its part "${SHEET}".` });
    const parts = { 'xl/workbook.xml': undefined };
    expect(await refused(xlsx({ sheets: [{ rows: good }], parts }))).toMatchObject({ fault: 'broken_spreadsheet' });
    const unrelated = xlsx({ sheets: [{ rows: good }], parts: { 'xl/_rels/workbook.xml.rels': '<Relationships/>' } });
    expect(await refused(unrelated)).toMatchObject({ fault: 'broken_spreadsheet' });
    const outside =
      '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="../../../../etc/passwd"/></Relationships>';
    expect(
      await refused(xlsx({ sheets: [{ rows: good }], parts: { 'xl/_rels/workbook.xml.rels': outside } })),
    ).toMatchObject({
      fault: 'broken_spreadsheet',
    });
    expect(
      await stage(xlsx({ sheets: [{ rows: good }], parts: { '_rels/.rels': undefined, 'xl/styles.xml': undefined } })),
    ).toMatchObject({ rows: [[1]] });
  });

  it('of a million empty rows, or of names that lead elsewhere, costs nothing', async () => {
    const empty = '<row/>'.repeat(1_000_000);
    expect(await stage(withRows(good + empty))).toMatchObject({ labels: ['a'], rows: [[1]] });
    const parts = { '../../evil.xml': 'x', '/etc/passwd': 'x', 'C:\\evil': 'x' };
    expect(await stage(xlsx({ sheets: [{ rows: good }], parts }))).toMatchObject({ rows: [[1]] });
  });

  it('is refused where a row, its columns or its files are more than can be', async () => {
    const wide = Array.from({ length: 1_001 }, () => '<c t="str"><v>x</v></c>').join('');
    expect(await refused(withRows(`<row>${wide}</row>`))).toMatchObject({ fault: 'too_many_columns' });
    const long = `<c t="str"><v>${'x'.repeat(600_000)}</v></c>`;
    expect(await refused(withRows(`${good}<row r="3">${long}${long}</row>`))).toMatchObject({ fault: 'row_too_large' });
    const many = zipped(Object.fromEntries(Array.from({ length: 20_001 }, (_, index) => [`${index}`, ''])));
    expect(await refused(many)).toMatchObject({ fault: 'too_many_entries' });
  });

  it('is refused by its name where it is an old one, protected, damaged or none', async () => {
    const ole = (name: string) =>
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2_000), Buffer.from(name, 'utf16le')]);
    expect(await refused(ole('Workbook'))).toMatchObject({ fault: 'old_excel' });
    expect(await refused(ole('EncryptedPackage'))).toMatchObject({ fault: 'password_protected' });
    const manifest =
      '<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>';
    const encrypted = ods('<table:table/>', '', { 'META-INF/manifest.xml': manifest });
    expect(await refused(encrypted, { kind: 'ods' })).toMatchObject({ fault: 'password_protected' });
    expect(await refused(Buffer.from('a,b\n1,2\n'))).toMatchObject({ fault: 'not_a_spreadsheet' });
    const whole = withRows(good);
    expect(await refused(whole.subarray(0, whole.length - 30))).toMatchObject({ fault: 'broken_zip' });
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, whole.indexOf('PK', 4) - 40, whole.indexOf('PK', 4) - 20);
    expect(['broken_zip', 'broken_spreadsheet']).toContain((await refused(damaged)).fault);
    expect(await refused(withRows(''))).toMatchObject({ fault: 'empty_file' });
  });
});

import { findDialect } from './csv-dialect';
import { CsvEvidence } from './csv-evidence';

/** The dialect of a text of which nothing is said, and the codes of what is told. */
function guess(text: string, usual: ',' | '\t' = ',') {
  const evidence = new CsvEvidence();
  const bytes = Buffer.from(text);
  // Chunks end anywhere.
  for (let at = 0; at < bytes.length; at += 11) evidence.push(bytes.subarray(at, at + 11));
  evidence.end(true);
  const { dialect, warnings } = findDialect(evidence, {}, usual);
  return { ...dialect, warnings: warnings.map(({ code }) => code) };
}

const repeated = (line: string, times = 5) => `${line}\n`.repeat(times);
const plain = { delimiter: ',', skip: 0, header: true, trim: false, escape: '"', warnings: [] };

describe('how a CSV text is written', () => {
  it('is not mistaken for quotes that stand inside of cells', () => {
    const text = `size;name\n5" pipe;a, b\n${repeated('6";c', 3)}2" x 4";"d; ""e"""\n`;
    expect(guess(text)).toMatchObject({ delimiter: ';', escape: '"', skip: 0, warnings: ['delimiter_guessed'] });
  });

  it('counts no separators and no lines within quoted cells of many lines', () => {
    const text = `id\tnote\n${repeated('1\t"a;b;c\nd;e;f\n\n;;;"', 20)}`;
    expect(guess(text)).toMatchObject({ delimiter: '\t', skip: 0, warnings: ['delimiter_guessed'] });
  });

  it('takes very long lines', () => {
    const text = `id|text\n${repeated(`1|${'x,y;z '.repeat(20_000)}`, 3)}`;
    expect(guess(text)).toMatchObject({ delimiter: '|', skip: 0 });
  });

  it.each(['a\n1\n2\n', 'a\nsome words\n"x, y"\n', 'a\n\n1\n', 'a\n"x;y"\n"z;w"\n', 'at\n9:30\n10:45\n'])(
    'finds nothing but one column in %j',
    (text) => {
      expect(guess(text)).toMatchObject(plain);
    },
  );

  it('takes one row, and a header alone', () => {
    expect(guess('a;b\n1;2')).toMatchObject({ ...plain, delimiter: ';', warnings: ['delimiter_guessed'] });
    expect(guess('a,b')).toMatchObject(plain);
    expect(guess('a;b\r\n')).toMatchObject({ ...plain, delimiter: ';', warnings: ['delimiter_guessed'] });
    expect(guess('')).toMatchObject(plain);
  });

  it('leaves empty lines at the top to the reader', () => {
    expect(guess('\n\r\n\na,b\n1,2\n')).toMatchObject(plain);
  });

  it.each([
    ['fewer', `a;b\n${repeated('1;2;3')}`],
    ['more', `a;b;c\n${repeated('1;2')}`],
    ['many more', `${'n;'.repeat(20)}m\n${repeated('1;2;3')}`],
  ])('takes a header with %s names than rows have cells', (_, text) => {
    expect(guess(text)).toMatchObject({ ...plain, delimiter: ';', warnings: ['delimiter_guessed'] });
  });

  it('leaves out comments at the top, whatever quotes they have', () => {
    const text = `# of "the year\n# pipes of 5", "long\na,b\n${repeated('1,2')}`;
    expect(guess(text)).toMatchObject({ ...plain, skip: 2, warnings: ['comments_skipped'] });
  });

  it('takes a comment with names for the header', () => {
    expect(guess(`# by hand\n#a;b\n${repeated('1;2')}`)).toMatchObject({ delimiter: ';', skip: 1, header: true });
  });

  it('leaves out titles, of one cell or filled with empty ones', () => {
    expect(guess(`Report\n\na,b\n${repeated('1,2')}`)).toMatchObject({
      ...plain,
      skip: 2,
      warnings: ['lines_skipped'],
    });
    expect(guess(`Report,,\na,b,c\n${repeated('1,2,3')}`)).toMatchObject({
      ...plain,
      skip: 1,
      warnings: ['lines_skipped'],
    });
  });

  it('tells blanks beside quotes from quotes within a text', () => {
    expect(guess(`a,b\n${repeated('1, "x"')}`)).toMatchObject({ trim: true, warnings: ['blanks_trimmed'] });
    expect(guess(`a,b\n${repeated(' "x",1')}`)).toMatchObject({ trim: true, warnings: ['blanks_trimmed'] });
    expect(guess(`a,b\n${repeated(' 1,key: "x"')}`)).toMatchObject(plain);
  });

  it('tells separators of two characters from cells that are empty', () => {
    expect(guess(`a||b||c\n${repeated('1||||3')}`)).toMatchObject({ delimiter: '||' });
    expect(guess(`a|b|c\n${repeated('1||3')}`)).toMatchObject({ delimiter: '|' });
    expect(guess(`a,b,c\n${repeated('1,,3')}`)).toMatchObject(plain);
  });

  it('keeps tabs where they are said', () => {
    expect(guess(`a\tb\n${repeated('x;1\ty;2')}`, '\t')).toMatchObject({ delimiter: '\t', warnings: [] });
  });
});

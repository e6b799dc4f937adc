import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { seeds } from '../../../../test/measure/seeds';
import { FileRefused } from './file-refused';
import { stageFile } from './stage-file';

describe('a CSV text that is taken apart as a whole', () => {
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'stage-file-'));
  });
  afterAll(async () => {
    await rm(root, { recursive: true });
  });

  /** The escape that a text is read with, its warnings, and the staged text. */
  async function staged(text: string, reading = {}) {
    const directory = await mkdtemp(join(root, 'one-'));
    const [source, target] = [join(directory, 'source'), join(directory, 'staged')];
    await writeFile(source, text);
    const options = { format: 'csv', reading } as const;
    const { dialect, warnings } = await stageFile(source, target, options, { onRows: () => {} });
    const codes = warnings.map(({ code }) => code);
    return { escape: dialect?.escape, warnings: codes, text: await readFile(target, 'utf8') };
  }

  it.each([
    ['a quote within a value', '1,"say \\"hi\\" to"', 'say "hi" to'],
    ['a quote before more of a value', '1,"5\\" pipe"', '5" pipe'],
    ['a quote at the end of a value', '1,"pipe of 5\\""', 'pipe of 5"'],
    ['a quote at the end of a line of a value', '1,"\\"\n\\"9"', '"9'],
    ['a quote before a separator within a value', '1,"5\\",6\\" pipes"', '5",6" pipes'],
    ['a quote before a line end and one behind a separator', '1,"\\";,\\"\n;x\\";"', '";,"'],
  ])('is read with a backslash before quotes where two quotes explain it not: %s', async (_, row, value) => {
    expect(await staged(`a,b\n${row}\n`)).toMatchObject({
      escape: '\\',
      warnings: ['escape_guessed'],
      text: expect.stringContaining(value),
    });
  });

  it.each([
    ['a value that ends with a backslash', '"C:\\dir\\",1', 'C:\\dir\\'],
    ['a backslash before a quote of the value', '1,"C:\\""dir"""', 'C:\\"dir"'],
    ['JSON whose key ends with a backslash', '1,"[{""\\\\"":null}]"', '[{"\\\\":null}]'],
    ['JSON whose text ends with a backslash', '1,"[""\\\\"",1]"', '["\\\\",1]'],
  ])('is read as two quotes have it where they explain all of it: %s', async (_, row, value) => {
    expect(await staged(`a,b\n${row}\n`)).toEqual({
      escape: '"',
      warnings: [],
      text: expect.stringContaining(value),
    });
  });

  it('keeps every JSON text that is written by RFC 4180, with as many quotes and backslashes as it has', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.json({ maxDepth: 2, stringUnit: fc.constantFrom('\\', '"', ',', ':', 'a') })),
        async (texts) => {
          const rows = texts.map((text) => `1,"${text.replaceAll('"', '""')}"`);
          const lines = ['a,b', ...rows, ''].join('\n');
          expect(await staged(lines)).toMatchObject({ escape: '"', warnings: [] });
        },
      ),
      { numRuns: seeds(100) },
    );
  });

  it('is refused for the faults of the usual reading where no other reads it', async () => {
    const refusal = await staged('a,b\n1,"say \\"hi\\" to" you"\n').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(FileRefused);
    expect((refusal as FileRefused).faults).toMatchObject([{ line: 2, column: 10, code: 'text_after_quote' }]);
  });
});

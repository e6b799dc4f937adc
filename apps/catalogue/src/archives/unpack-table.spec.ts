import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipped } from '../../../../test/support/workbooks';
import { FileRefused } from '../sources/file-refused';
import { unpackTable } from './unpack-table';

describe('a ZIP file', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-zip-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function unpack(parts: Parameters<typeof zipped>[0], { maxBytes = 1e6, cut = 0 } = {}) {
    const [source, target] = [join(directory, 'source'), join(directory, 'target')];
    const bytes = zipped(parts);
    await writeFile(source, bytes.subarray(0, bytes.length - cut));
    const table = await unpackTable(source, target, { maxBytes });
    return { ...table, content: await readFile(target, 'utf8') };
  }
  const refusal = async (...args: Parameters<typeof unpack>) => {
    const error = await unpack(...args).catch((reason: unknown) => reason);
    if (!(error instanceof FileRefused)) throw new Error('it was not refused', { cause: error });
    return error;
  };

  it('gives the one table in it, whatever stands beside it and wherever it stands', async () => {
    const beside = {
      'docs/': '',
      '__MACOSX/data/._a.csv': 'x',
      '.DS_Store': 'x',
      'data/.b.csv': 'x',
      'README.md': 'x',
    };
    const table = { name: 'data/A.CSV', format: 'csv', content: 'a\n1\n' };
    expect(await unpack({ ...beside, 'data/A.CSV': 'a\n1\n' })).toEqual(table);
    await rm(join(directory, 'target'));
    expect(await unpack({ '../../../notes.txt': 'a b' })).toMatchObject({ format: null, content: 'a b' });
  });

  it('is refused with the names of its tables where there are several, and of its files where there is none', async () => {
    const several = await refusal({ 'a.csv': 'x', 'b/c.json': '[]', 'd.md': '' });
    expect(several.faults).toMatchObject([{ code: 'several_tables' }]);
    expect(several.message).toBe('The ZIP file holds several tables: "a.csv", "b/c.json". Send one of them.');
    expect((await refusal({ 'd.md': '' })).message).toBe('The ZIP file holds no table: "d.md".');
    expect((await refusal({})).faults).toMatchObject([{ code: 'no_table' }]);
  });

  it('is refused where its table is larger than a file may be, or it is cut short', async () => {
    expect(await refusal({ 'a.csv': 'x'.repeat(100) }, { maxBytes: 99 })).toMatchObject({ code: 'payload_too_large' });
    expect((await refusal({ 'a.csv': 'x' }, { cut: 5 })).faults).toMatchObject([{ code: 'broken_zip' }]);
  });
});

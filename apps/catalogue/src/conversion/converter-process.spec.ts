import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileRefused } from '../sources/file-refused';
import type { ConversionJob } from './conversion-job';
import { ConverterProcess } from './converter-process';

describe('a converter that ends', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'converter-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const job = {} as ConversionJob;
  async function failureOf(program: string): Promise<unknown> {
    const path = join(directory, `${program.length}.js`);
    await writeFile(path, program);
    const converter = new ConverterProcess(path);
    return await converter.convert(job, { onRows: () => {} }).catch((error: unknown) => error);
  }

  it('before it began is a failure of ours, and of no file', async () => {
    const failure = await failureOf("throw new Error('a part is missing');");
    expect(failure).not.toBeInstanceOf(FileRefused);
    expect(failure).toMatchObject({ message: 'a converter ended with 1 before it began' });
  });

  it('while it converts blames the file', async () => {
    const begun = "process.on('message', () => process.send({ is: 'begun' }, () => process.exit(1)));";
    expect(await failureOf(begun)).toBeInstanceOf(FileRefused);
  });

  it('by a signal, whenever that is, blames the file', async () => {
    expect(await failureOf("process.kill(process.pid, 'SIGSEGV');")).toBeInstanceOf(FileRefused);
  });
});

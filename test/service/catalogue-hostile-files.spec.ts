import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getImport } from '@sluice/contracts/catalogue/imports';
import { Readiness } from '@sluice/runtime/readiness';
import { Engine } from '../../apps/catalogue/src/engine/engine';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { waitFor } from '../support/wait-for';
import { CatalogueReplicas, nothingStored, text, vega } from './catalogue-replicas';

const MEMORY_BYTES = 96 * 1024 ** 2;

describe('a file that harms the engine that reads it', () => {
  let catalogue: CatalogueReplicas;
  let directory: string;
  let datasetId: string;

  beforeAll(async () => {
    catalogue = await CatalogueReplicas.start(1, { SLUICE_IMPORT_MEMORY_BYTES: String(MEMORY_BYTES) });
    directory = await mkdtemp(join(tmpdir(), 'sluice-hostile-'));
    datasetId = (await catalogue.create()).id;
    await catalogue.run(datasetId, 'csv', text('a\n1\n'));
  });
  afterAll(async () => {
    await catalogue?.stop();
    await rm(directory, { recursive: true });
  });

  const imports = (file: string) => catalogue.run(datasetId, 'parquet', createReadStream(file));

  /** Reads go on, the replica is ready, and the next file comes in. */
  async function expectUnharmed(): Promise<void> {
    expect((await catalogue.read(datasetId, {}, 1)).rows).toEqual([{ a: 1 }]);
    expect(Object.values(catalogue.replicas[0]?.get(Readiness).report() ?? { none: 'there' })).not.toContainEqual(
      expect.any(String),
    );
    const { id } = await catalogue.create();
    expect(await catalogue.run(id, 'csv', text('a\n7\n'))).toMatchObject({ phase: 'done', rows: 1 });
  }

  /** Writes the rows of a query to a Parquet file. */
  async function write(sql: string, options = ''): Promise<string> {
    const writer = { directory, name: 'writer', memoryBytes: 2e9, threads: 2, running: 1, waiting: 1 };
    const engine = await Engine.open(writer);
    const file = join(directory, 'hostile.parquet');
    await engine.query(`COPY (${sql}) TO '${file}' (FORMAT parquet${options})`);
    engine.close();
    return file;
  }

  it('is refused where it makes the engine give itself up, and neither reads nor later imports notice', async () => {
    const poison = join(projectRoot, 'test/cases/poison-variant.parquet');
    for (let times = 0; times < 2; times++)
      expect((await imports(poison)).error).toMatchObject({
        code: 'invalid_file',
        errors: [{ in: 'file', code: 'unreadable_file' }],
      });
    await expectUnharmed();
  });

  it('is refused where the process that reads it dies', async () => {
    const { id } = await catalogue.create();
    const { import: started, uploadSubject } = await catalogue.begin(id, 'parquet');
    const sent = catalogue.send(uploadSubject, vega('flights-3m.parquet'));
    await waitFor('the file to be read', async () => {
      const { phase } = await catalogue.call(getImport, { importId: started.id });
      return phase === 'reading' && converters().length > 0;
    });
    for (const pid of converters()) process.kill(pid, 'SIGSEGV');
    await sent;
    expect((await catalogue.ended(started.id)).error).toMatchObject({ errors: [{ code: 'unreadable_file' }] });
    expect(await catalogue.storedOf(id)).toEqual(nothingStored);
    await expectUnharmed();
  });

  it('is refused by its rows before they are read: few bytes can stand for very many', async () => {
    const file = await write('SELECT 1 AS a FROM range(150_000_000)', ', ROW_GROUP_SIZE 10_000_000');
    expect((await stat(file)).size).toBeLessThan(100_000);
    expect((await imports(file)).error).toMatchObject({
      code: 'payload_too_large',
      errors: [{ code: 'too_many_rows', max: 100_000_000 }],
    });
    await expectUnharmed();
  });

  it('that needs more memory than it may take is refused as that, not as a full disk', async () => {
    const file = await write("SELECT repeat('x', 400_000_000) AS a");
    expect((await stat(file)).size).toBeLessThan(30_000_000);
    expect((await imports(file)).error).toMatchObject({ code: 'memory_exceeded' });
    await expectUnharmed();
  });
});

/** The processes of this one that convert files. */
function converters(): number[] {
  const all = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  return all
    .split('\n')
    .filter((line) => line.includes('converter.js'))
    .map((line) => Number.parseInt(line, 10));
}

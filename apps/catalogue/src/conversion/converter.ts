import '../engine/thread-pool';
import { Engine } from '../engine/engine';
import { InstanceLost, isDiskFull, MemoryFull, StorageFull } from '../engine/engine-errors';
import { FileRefused } from '../sources/file-refused';
import { convertFile } from '../typing/convert-file';
import type { ConversionJob, ConverterWord } from './conversion-job';
import { guardMemory } from './guard-memory';

/*
 * The program of a converter: a process that turns files from outside into the files of versions, one at a time. It ends
 * with the catalogue, whose child it is, and whenever the catalogue likes.
 */
process.on('disconnect', () => process.exit(0));
process.on('message', async (job: ConversionJob) => {
  process.send?.(await convert(job));
});

async function convert(job: ConversionJob): Promise<ConverterWord> {
  const { directory, memoryBytes, spillBytes, threads } = job;
  process.send?.({ is: 'begun' } satisfies ConverterWord);
  const stopGuarding = guardMemory(memoryBytes);
  try {
    const resources = { memoryBytes, spillBytes, threads };
    const at = { directory, name: 'conversion', keepsFooters: true, keepsOrder: true };
    const engine = await Engine.open({ ...at, ...resources, running: 2, waiting: 4_000 });
    try {
      const onRows = (rows: number) => process.send?.({ is: 'at', rows } satisfies ConverterWord);
      return { is: 'done', imported: await convertFile(engine, job, { onRows }) };
    } finally {
      engine.close();
    }
  } catch (error) {
    return wordOf(error);
  } finally {
    stopGuarding();
  }
}

function wordOf(error: unknown): ConverterWord {
  if (error instanceof FileRefused)
    return { is: 'refused', detail: error.message, faults: error.faults, code: error.code };
  if (error instanceof MemoryFull) return { is: 'full', of: 'memory' };
  if (error instanceof StorageFull || isDiskFull(error)) return { is: 'full', of: 'disk' };
  if (error instanceof InstanceLost) return { is: 'lost' };
  return { is: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

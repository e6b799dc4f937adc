import { access } from 'node:fs/promises';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { requestScope } from '@sluice/runtime/request-scope';
import { CATALOGUE_CONFIG, type CatalogueConfig } from '../config/catalogue-config';
import { FairQueue } from '../engine/fair-queue';
import { readSpillLimit } from '../engine/spill-limit';
import type { Conversion, ImportedFile, ImportProgress } from '../typing/convert-file';
import { ConverterProcess } from './converter-process';

/** Conversions at once; each may take the memory of an import. */
const RUNNING = 2;
const EACH = 1;
const WAITING = 1_000;
/** A process that has nothing to do is kept so long: the next import begins without starting one. */
const IDLE_MS = 60_000;

/** Converts files from outside in processes of their own, a few at a time, whose callers take turns. */
@Injectable()
export class Converters implements OnModuleInit, OnApplicationShutdown {
  private readonly queue = new FairQueue('conversions', {
    running: { quick: RUNNING, scan: RUNNING },
    // One caller's files take turns with each other, and leave a place to another's.
    each: { quick: EACH, scan: EACH },
    waiting: WAITING,
    waitingEach: WAITING,
  });
  private readonly idle: ConverterProcess[] = [];
  private readonly busy = new Set<ConverterProcess>();
  private ending?: NodeJS.Timeout;

  constructor(@Inject(CATALOGUE_CONFIG) private readonly config: CatalogueConfig) {}

  /** Keeps a service from starting that could import nothing. */
  async onModuleInit(): Promise<void> {
    await access(this.config.SLUICE_CONVERTER);
  }

  /** Makes a version's file in `directory`, the only one that its process may touch. */
  convert(conversion: Conversion, directory: string, progress: ImportProgress): Promise<ImportedFile> {
    const caller = requestScope.getStore()?.actor?.id ?? 'system';
    const { SLUICE_IMPORT_MEMORY_BYTES: memoryBytes, SLUICE_THREADS: threads } = this.config;
    const { SLUICE_DISK_RESERVE_BYTES: reserveBytes } = this.config;
    const work = async () => {
      const converter = this.take();
      try {
        const spillBytes = await readSpillLimit(directory, reserveBytes);
        const job = { ...conversion, directory, memoryBytes, spillBytes, threads };
        return await converter.convert(job, progress);
      } finally {
        this.giveBack(converter);
      }
    };
    return this.queue.run(work, { lane: 'scan', caller, signal: progress.signal });
  }

  onApplicationShutdown(): void {
    clearTimeout(this.ending);
    for (const converter of [...this.idle.splice(0), ...this.busy]) converter.end();
  }

  private take(): ConverterProcess {
    clearTimeout(this.ending);
    const usable = this.idle.splice(0).filter(({ isUsable }) => isUsable);
    const converter = usable.pop() ?? new ConverterProcess(this.config.SLUICE_CONVERTER);
    this.idle.push(...usable);
    this.busy.add(converter);
    return converter;
  }

  private giveBack(converter: ConverterProcess): void {
    this.busy.delete(converter);
    if (converter.isUsable) this.idle.push(converter);
    clearTimeout(this.ending);
    this.ending = setTimeout(() => {
      for (const each of this.idle.splice(0)) each.end();
    }, IDLE_MS).unref();
  }
}

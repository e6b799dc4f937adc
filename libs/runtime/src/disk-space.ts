import { Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { describeLack, readFreeBytes } from './free-space';
import type { Readiness } from './readiness';
import { Ticker } from './ticker';

const LOOK_MS = 1_000;

export interface DiskSpaceOptions {
  /** The directories to watch, by what they are called in front of callers. */
  directories: Readonly<Record<string, string>>;
  /** Where less is free, nothing is taken in any more. */
  reserveBytes: number;
  measure?: (directory: string) => Promise<number>;
}

const free = new Gauge({
  name: 'sluice_disk_free_bytes',
  help: 'Space that is left on the disk of a watched directory',
  labelNames: ['of'],
});

/**
 * Watches how much room is left on the disks of this process. Below the reserve writes are to be refused while reads go on,
 * so that what is there already, MongoDB's journal above all, never meets a full disk.
 */
export class DiskSpace implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(DiskSpace.name);
  private readonly looking = new Ticker({ name: DiskSpace.name, everyMs: LOOK_MS, turn: () => this.look() });
  private readonly listeners = new Set<() => void>();
  private readonly found = new Map<string, number>();
  private lacking: string | null = null;

  constructor(
    private readonly options: DiskSpaceOptions,
    readiness: Readiness,
  ) {
    readiness.registerDegraded('disk', () => this.lack);
  }

  async onModuleInit(): Promise<void> {
    await this.look();
    this.looking.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.looking.stop();
  }

  /** Says which disk has less than the reserve, and how much is needed; null when all have enough. */
  get lack(): string | null {
    return this.lacking;
  }

  /** True when so many bytes more leave a quarter of the reserve, which is for MongoDB alone. */
  hasRoomFor(bytes: number): boolean {
    return this.leastFree() - bytes >= this.options.reserveBytes / 4;
  }

  /** The bytes that have to go until writes are taken again; 0 when they are. */
  get missingBytes(): number {
    return Math.max(0, this.options.reserveBytes - this.leastFree());
  }

  /** Calls after each look, until the result is called. */
  onLook(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private async look(): Promise<void> {
    const { directories, reserveBytes, measure = readFreeBytes } = this.options;
    let lacking: string | null = null;
    for (const [name, directory] of Object.entries(directories)) {
      // A directory that is not there yet tells nothing.
      const bytes = await measure(directory).catch(() => Number.POSITIVE_INFINITY);
      this.found.set(name, bytes);
      free.set({ of: name }, bytes);
      lacking ??= describeLack(`the ${name}`, bytes, reserveBytes);
    }
    if ((lacking === null) !== (this.lacking === null)) this.logger.warn(lacking ?? 'the disk has room again');
    this.lacking = lacking;
    for (const listener of this.listeners) listener();
  }

  private leastFree(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.found.values());
  }
}

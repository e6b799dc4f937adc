import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { instanceId } from '@sluice/runtime/logging';
import type { Readiness } from '@sluice/runtime/readiness';
import { RELEASE } from '@sluice/runtime/release';
import { Ticker } from '@sluice/runtime/ticker';
import type { Connection } from 'mongoose';
import { isDuplicateKey } from './duplicate-key';
import type { Migration } from './migrations';

/** How the documents of a database are written: one document in each database. */
export interface FormatDoc {
  _id: 'format';
  /** The release that wrote this document last. */
  release: string;
  /** The number of the last migration that is done; 0 is what the first release wrote. */
  format: number;
  /** The number of the last one that a release has to know of, or it could not read what is here. */
  needed: number;
  /** The replica that migrates, with a number that goes up while it lives. */
  worker?: { owner: string; beat: number };
}

export interface FormatsOptions {
  migrations: readonly Migration[];
  /** Names this replica. */
  owner?: string;
  release?: string;
  lookMs?: number;
  /** A worker whose beat stands still for so long is gone. */
  silentMs?: number;
}

const LOOK_MS = 1_000;
const SILENT_MS = 10_000;
const ID = 'format';
const FORMAT = 'format';

/** The data was written by a later release, in a way that this one cannot read. */
export class DataIsNewer extends Error {}

/**
 * Holds the data of a service to its release: data that this release could not read keeps it from starting, and older data is
 * migrated, step by step, by one replica. Nobody's clock is compared: a worker lives while its beat goes up.
 */
export class Formats implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Formats.name);
  private readonly ending = new AbortController();
  private readonly looking: Ticker;
  private readonly owner: string;
  private readonly release: string;
  /** The last beat that was seen of another worker, and when. */
  private seen = { owner: '', beat: -1, atMs: 0 };
  private isDone = false;

  private constructor(
    private readonly connection: Connection,
    private readonly options: FormatsOptions,
  ) {
    this.owner = options.owner ?? instanceId;
    this.release = options.release ?? RELEASE;
    const everyMs = options.lookMs ?? LOOK_MS;
    this.looking = new Ticker({ name: Formats.name, everyMs, atOnce: true, turn: () => this.turn() });
  }

  /** Fails with `DataIsNewer`; otherwise returns once the data can be served, which steps that need a pause put off. */
  static async open(connection: Connection, options: FormatsOptions, readiness?: Readiness): Promise<Formats> {
    const formats = new Formats(connection, options);
    const doc = await formats.read();
    if (doc.needed > formats.newest) throw new DataIsNewer(formats.sentence(doc));
    readiness?.registerDegraded('migration', () => (formats.isDone ? null : 'older data is being migrated'));
    const pausing = options.migrations.filter(({ number, needsPause }) => needsPause && number > doc.format);
    const last = pausing.at(-1)?.number ?? 0;
    while ((await formats.read()).format < last) {
      await formats.turn();
      await new Promise((resolve) => setTimeout(resolve, options.lookMs ?? LOOK_MS));
    }
    return formats;
  }

  onApplicationBootstrap(): void {
    this.looking.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.ending.abort();
    await this.looking.stop();
  }

  private get newest(): number {
    return this.options.migrations.at(-1)?.number ?? 0;
  }

  private sentence({ release, needed }: FormatDoc): string {
    return (
      `the data in ${this.connection.name} was written by release ${release} (format ${needed}), which release ${this.release} ` +
      `cannot read (it knows ${this.newest}): start that release or a later one, or restore a backup of before`
    );
  }

  /** Does the next step if it is this replica's to do, until none is left. */
  private async turn(): Promise<void> {
    if (this.isDone) return;
    for (let doc = await this.read(); !this.ending.signal.aborted; doc = await this.read()) {
      const next = this.options.migrations.find(({ number }) => number > doc.format);
      if (!next) return await this.finish(doc);
      if (!(await this.claim(doc))) return;
      await this.work(next, doc);
    }
  }

  private async work(step: Migration, { format, needed }: FormatDoc): Promise<void> {
    this.logger.log(`migration ${step.number} begins: ${step.title}`);
    const mine = { _id: ID, 'worker.owner': this.owner } as const;
    const beating = new Ticker({
      name: 'MigrationBeat',
      everyMs: (this.options.silentMs ?? SILENT_MS) / 5,
      turn: async () => void (await this.documents.updateOne(mine, { $inc: { 'worker.beat': 1 } })),
    });
    beating.start();
    try {
      await step.run(this.connection, this.ending.signal);
    } finally {
      await beating.stop();
    }
    if (this.ending.signal.aborted) return;
    const done = { format: step.number, needed: step.needsPause ? step.number : needed, release: this.release };
    await this.documents.updateOne({ ...mine, format }, { $set: done, $unset: { worker: '' } });
    this.logger.log(`migration ${step.number} is done`);
  }

  /** Makes this replica the worker, unless another one lives. */
  private async claim({ format, worker }: FormatDoc): Promise<boolean> {
    if (worker?.owner === this.owner) return true;
    if (worker && !this.isSilent(worker)) return false;
    const free = worker ? { 'worker.owner': worker.owner, 'worker.beat': worker.beat } : { worker: { $exists: false } };
    const claimed = { $set: { worker: { owner: this.owner, beat: 0 } } };
    return (await this.documents.updateOne({ _id: ID, format, ...free }, claimed)).modifiedCount === 1;
  }

  private isSilent({ owner, beat }: NonNullable<FormatDoc['worker']>): boolean {
    const nowMs = performance.now();
    if (this.seen.owner !== owner || this.seen.beat !== beat) this.seen = { owner, beat, atMs: nowMs };
    return nowMs - this.seen.atMs >= (this.options.silentMs ?? SILENT_MS);
  }

  private async finish({ format, release }: FormatDoc): Promise<void> {
    this.isDone = true;
    if (format === this.newest && release !== this.release) {
      await this.documents.updateOne({ _id: ID, format }, { $set: { release: this.release } });
    }
  }

  /** Data without the document is as the first release wrote it, or there is none yet: to every step that is the same. */
  private async read(): Promise<FormatDoc> {
    const found = await this.documents.findOne({ _id: ID });
    if (found) return found;
    const first: FormatDoc = { _id: ID, release: this.release, format: 0, needed: 0 };
    await this.documents.insertOne(first).catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
    });
    return (await this.documents.findOne({ _id: ID })) ?? first;
  }

  private get documents() {
    return this.connection.collection<FormatDoc>(FORMAT);
  }
}

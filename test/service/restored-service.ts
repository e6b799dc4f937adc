import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Readiness } from '@sluice/runtime/readiness';
import { mergeWitness, type WitnessMerge } from '@sluice/storage/merge-witness';
import { WitnessCompaction } from '@sluice/storage/witness-compaction';
import { WitnessFile } from '@sluice/storage/witness-file';
import { mongo } from 'mongoose';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { type Caller, startCaller, startService } from './local-service';

/** All documents of a database. */
type Dump = { name: string; docs: mongo.Document[] }[];

/** A service with a witness, whose database a test can put back to an earlier state. */
export class RestoredService {
  caller!: Caller;
  natsUrl = '';
  directory = '';
  private engines: TestEngine[] = [];
  private mongoUrl = '';
  private client!: mongo.MongoClient;
  private running: NestFastifyApplication | null = null;

  constructor(
    private readonly name: 'tokens' | 'registry',
    private readonly moduleOf: (env: Record<string, string>) => DynamicModule,
  ) {}

  async open(): Promise<void> {
    const [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    this.engines = [nats, mongodb];
    [this.natsUrl, this.mongoUrl] = [nats.url, mongodb.url];
    this.caller = await startCaller(nats.url);
    this.client = await mongo.MongoClient.connect(mongodb.url);
    await this.newDirectory();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.caller?.close();
    await this.client?.close();
    await Promise.all(this.engines.map((engine) => engine.stop()));
    await rm(this.directory, { recursive: true, force: true });
  }

  get witness(): string {
    return join(this.directory, 'revocations.jsonl');
  }

  async newDirectory(): Promise<void> {
    this.directory = await mkdtemp(join(tmpdir(), 'sluice-witness-'));
  }

  async start(): Promise<void> {
    const urls = { NATS_URL: this.natsUrl, MONGO_URL: this.mongoUrl };
    this.running = await startService(
      this.moduleOf({ ...urls, LOG_LEVEL: 'silent', SLUICE_WITNESS_FILE: this.witness }),
    );
  }

  async stop(): Promise<void> {
    await this.running?.close();
    this.running = null;
  }

  /** Starts it with an empty database. */
  async fresh(): Promise<void> {
    await this.stop();
    await this.clear();
    await this.start();
  }

  async dump(): Promise<Dump> {
    const collections = await this.database.collections();
    return Promise.all(
      collections.map(async (each) => ({ name: each.collectionName, docs: await each.find().toArray() })),
    );
  }

  async putBack(dumped: Dump): Promise<void> {
    await this.clear();
    for (const { name, docs } of dumped) if (docs.length > 0) await this.database.collection(name).insertMany(docs);
  }

  /** Ends the service, puts its database back and starts it again; tells whether it lets nobody in. */
  async restore(dumped: Dump): Promise<boolean> {
    await this.stop();
    await this.putBack(dumped);
    await this.start();
    return typeof this.fence === 'string';
  }

  /** Brings the database and the witness together while the service is stopped. */
  merge(accept = false): Promise<WitnessMerge> {
    return mergeWitness(this.database, this.name, this.witness, accept);
  }

  /** Leaves the last words alone in the witness, however small it is. */
  compact(): Promise<void> {
    return new WitnessCompaction(new WitnessFile(this.witness), 0).takeTurn();
  }

  /** The numbers of the entries that the witness has of this service. */
  async witnessed(): Promise<number[]> {
    const numbers: number[] = [];
    for await (const { _id } of new WitnessFile(this.witness).read(this.name)) numbers.push(_id);
    return numbers;
  }

  /** Why it is not ready because of revocations; null where it is. */
  get fence(): string | null | undefined {
    return this.running?.get(Readiness).report().revocations;
  }

  /** What it does not do in full. */
  get degraded(): string {
    return this.running?.get(Readiness).degraded().join() ?? '';
  }

  private get database(): mongo.Db {
    return this.client.db(`sluice_${this.name}`);
  }

  private async clear(): Promise<void> {
    for (const collection of await this.database.collections()) await collection.deleteMany({});
  }
}

/** Gives the tests of this file a service whose database comes back older; it runs once it is started. */
export function useRestoredService(...args: ConstructorParameters<typeof RestoredService>): RestoredService {
  const service = new RestoredService(...args);
  beforeAll(() => service.open());
  afterAll(() => service.close());
  return service;
}

/** Gives a small generator of numbers in [0, 1) that a seed repeats (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createDataset, type Dataset, getVersion } from '@sluice/contracts/catalogue/datasets';
import { getImport, type Import, type ImportFormat, startImport } from '@sluice/contracts/catalogue/imports';
import { type RowKey, type RowsHead, readRows } from '@sluice/contracts/catalogue/rows';
import { type SendResult, sendRows } from '@sluice/contracts/catalogue/sends';
import type { RequestInput } from '@sluice/contracts/contract';
import { openSendRules } from '@sluice/contracts/send-rules';
import type { Snapshot } from '@sluice/contracts/snapshot';
import type { ReplyBytes } from '@sluice/messaging/handles';
import { sendStream } from '@sluice/messaging/stream-sender';
import { newId } from '@sluice/runtime/ids';
import { mongo } from 'mongoose';
import { CatalogueModule } from '../../apps/catalogue/src/catalogue.module';
import { CatalogueConfig } from '../../apps/catalogue/src/config/catalogue-config';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { type Caller, startCaller, startService } from './local-service';

type Options = Omit<RequestInput<typeof startImport>, 'datasetId' | 'format'>;

/** The program that the build makes: services that a test runs itself have none beside them. */
export const converter = join(projectRoot, 'dist/services/converter.js');

const names = ['a', 'b', 'c'];

const someApi = newId('api');

/** What is stored of a dataset when nothing was ever published in it and no import is open. */
export const nothingStored = { versions: 0, files: 0, chunks: 0, open: [], published: 0 };

/** A document as it lies in the database, ours or GridFS's. */
export interface Stored {
  _id: string | mongo.ObjectId;
  fileId?: mongo.ObjectId;
  versions?: unknown[];
  openImports?: string[];
  [field: string]: unknown;
}

/** Replicas of the catalogue, two by default, on engines of their own, somebody who calls them, and a look into their database. */
export class CatalogueReplicas {
  private constructor(
    private readonly nats: TestEngine,
    private readonly mongodb: TestEngine,
    private readonly client: mongo.MongoClient,
    readonly caller: Caller,
    readonly replicas: NestFastifyApplication[],
    /** Of all replicas, each in a directory of its name (`a`, `b` …). */
    readonly cacheDir: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async start(count = 2, env: NodeJS.ProcessEnv = {}): Promise<CatalogueReplicas> {
    const [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    const cacheDir = await mkdtemp(join(tmpdir(), 'sluice-catalogue-'));
    const client = new mongo.MongoClient(mongodb.url);
    const started = new CatalogueReplicas(nats, mongodb, client, await startCaller(nats.url), [], cacheDir, env);
    started.replicas.push(...(await Promise.all(names.slice(0, count).map((name) => started.startReplica(name)))));
    return started;
  }

  async stop(): Promise<void> {
    await this.caller.close();
    await Promise.all(this.replicas.map((replica) => replica.close()));
    await this.client.close();
    await Promise.all([this.nats.stop(), this.mongodb.stop()]);
    await rm(this.cacheDir, { recursive: true, force: true });
  }

  startReplica(name: string): Promise<NestFastifyApplication> {
    const config = CatalogueConfig.parse({
      NATS_URL: this.nats.url,
      MONGO_URL: this.mongodb.url,
      LOG_LEVEL: 'silent',
      SLUICE_CONVERTER: converter,
      SLUICE_CACHE_DIR: join(this.cacheDir, name),
      ...this.env,
    });
    return startService(CatalogueModule.with(config));
  }

  collection(name: string): mongo.Collection<Stored> {
    return this.client.db('sluice_catalogue').collection<Stored>(name);
  }

  readonly call: Caller['services']['request'] = (contract, ...asked) =>
    this.caller.services.request(contract, ...asked);

  create(name: string = newId('name')): Promise<Dataset> {
    return this.call(createDataset, { name });
  }

  begin(datasetId: string, format: ImportFormat, options: Options = {}) {
    return this.call(startImport, { datasetId, format, ...options });
  }

  async send(uploadSubject: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    // A refused import no longer takes the rest of the file.
    await sendStream(this.caller.bus, uploadSubject, source).catch(() => {});
  }

  ended(importId: string): Promise<Import> {
    return waitFor('the end of the import', async () => {
      const state = await this.call(getImport, { importId });
      return state.finishedAt !== null && state;
    });
  }

  /** A whole import, however it ends. */
  async run(
    datasetId: string,
    format: ImportFormat,
    source: AsyncIterable<Uint8Array>,
    options?: Options,
  ): Promise<Import> {
    const { import: started, uploadSubject } = await this.begin(datasetId, format, options);
    await this.send(uploadSubject, source);
    return this.ended(started.id);
  }

  /** Sends rows to a dataset as NDJSON, by default as an API that takes everything. */
  async sendRows(
    datasetId: string,
    rows: readonly object[],
    request: Partial<RequestInput<typeof sendRows>> = {},
  ): Promise<SendResult> {
    const body = Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));
    return await this.call(
      sendRows,
      {
        apiId: someApi,
        datasetId,
        format: 'ndjson',
        fields: null,
        rules: openSendRules,
        lenient: false,
        dryRun: false,
        idempotency: null,
        ...request,
      },
      body,
    );
  }

  /** All rows of a snapshot, page by page, from whichever replicas answer. */
  async readAll(snapshot: Snapshot, select: string[]): Promise<Record<string, unknown>[]> {
    const rows: Record<string, unknown>[] = [];
    for (let after: RowKey | undefined; ; ) {
      const { head, bytes } = await this.call(readRows, {
        snapshot,
        select,
        sort: [],
        limit: 1_000,
        count: false,
        after,
      });
      const page: Record<string, unknown>[] = JSON.parse((await allBytes(bytes)).toString());
      rows.push(...page);
      if (!head.nextKey) return rows;
      after = head.nextKey;
    }
  }

  /** A page of a version, by default the first of the latest one with all its fields. */
  async read(
    datasetId: string,
    request: Partial<RequestInput<typeof readRows>> = {},
    number?: number,
  ): Promise<RowsHead & { rows: unknown[] }> {
    const { id, fields } = await this.call(getVersion, { datasetId, number });
    const { head, bytes } = await this.call(readRows, {
      snapshot: { versionId: id, seq: 0 },
      select: fields.map(({ name }) => name),
      sort: [],
      limit: 100,
      count: false,
      ...request,
    });
    return { ...head, rows: JSON.parse((await allBytes(bytes)).toString()) };
  }

  /** What is stored of a dataset besides its own document, and what that says. */
  async storedOf(datasetId: string) {
    const imports = await this.collection('imports').find({ datasetId }).toArray();
    const fileIds = imports.flatMap(({ fileId }) => fileId ?? []);
    const [versions, files, chunks, dataset] = await Promise.all([
      this.collection('versions').countDocuments({ datasetId }),
      this.collection('version_files.files').countDocuments({ _id: { $in: fileIds } }),
      this.collection('version_files.chunks').countDocuments({ files_id: { $in: fileIds } }),
      this.collection('datasets').findOne({ _id: datasetId }),
    ]);
    return { versions, files, chunks, open: dataset?.openImports ?? [], published: dataset?.versions?.length ?? 0 };
  }

  /** The directories of imports that are under way, on all replicas. */
  async importDirectories(): Promise<string[]> {
    const owned = names.map(async (name) => {
      const replicas = await readdir(join(this.cacheDir, name)).catch(() => []);
      return replicas.map((replica) => join(this.cacheDir, name, replica, 'imports'));
    });
    const parents = (await Promise.all(owned)).flat();
    return (await Promise.all(parents.map((path) => readdir(path).catch(() => [])))).flat();
  }
}

export async function allBytes(bytes: ReplyBytes): Promise<Buffer> {
  if (bytes instanceof Uint8Array) return Buffer.from(bytes);
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** A real file of the vega-datasets package. */
export function vega(name: string): AsyncIterable<Uint8Array> {
  return createReadStream(join(projectRoot, 'node_modules/vega-datasets/data', name));
}

export async function* text(...pieces: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

/** Sends a piece and goes on only when `release` is done. */
export async function* held(piece: string, release: Promise<unknown>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(piece);
  await release;
  yield Buffer.from('\n');
}

export function gate(): { promise: Promise<void>; release(): void } {
  let release = () => {};
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, release };
}

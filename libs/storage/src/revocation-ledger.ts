import { Logger, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Readiness } from '@sluice/runtime/readiness';
import { Ticker } from '@sluice/runtime/ticker';
import type { Connection } from 'mongoose';
import { RestoredOlder } from './restored-older';
import { RevocationChain } from './revocation-chain';
import { type Ending, type RevocationEntry, writeEnding } from './revocation-entry';
import { TURN_LIMIT_MS, within } from './within';
import { WitnessCompaction } from './witness-compaction';
import { WitnessFile, type WitnessLine } from './witness-file';

const LOOK_MS = 1_000;
/** A process that compacts the witness is done in far less. */
const COMPACT_MS = 600_000;
const LINES_AT_ONCE = 1_000;
const REMEDY = 'npm run restore -- --merge-revocations applies them, --accept-lost-revocations gives them up';

/**
 * Remembers what one service ended: in its database as a chain, and outside of it in the witness. A database that has
 * less than the witness, or than this process has seen, was restored from before, and would let in again what was ended:
 * the service then refuses everything until somebody decides.
 */
export class RevocationLedger implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(RevocationLedger.name);
  private readonly chain: RevocationChain;
  private readonly witness: WitnessFile | null;
  private readonly looking: Ticker;
  private readonly compacting: Ticker | null;
  private installation = '';
  /** The furthest entry that was seen, here or by the witness. */
  private furthest: Pick<RevocationEntry, '_id' | 'hash'> | null = null;
  private reason: string | null = null;
  private unwitnessed: string | null = null;

  constructor(
    connection: Connection,
    private readonly service: string,
    witnessFile: string | undefined,
    readiness: Readiness,
  ) {
    if (!connection.db) throw new Error('not connected to MongoDB');
    this.chain = new RevocationChain(connection.db);
    this.witness = witnessFile ? new WitnessFile(witnessFile) : null;
    this.looking = new Ticker({
      name: 'revocations',
      everyMs: LOOK_MS,
      turn: () => within(TURN_LIMIT_MS, this.look()),
    });
    const compaction = this.witness && new WitnessCompaction(this.witness);
    this.compacting =
      compaction &&
      new Ticker({
        name: 'witness',
        everyMs: COMPACT_MS,
        atOnce: true,
        turn: () => compaction.takeTurn(),
      });
    readiness.register('revocations', () => this.reason);
    readiness.registerDegraded('witness', () => this.unwitnessed);
  }

  /** Why nothing may be let in; null when all is well. */
  get fence(): string | null {
    return this.reason;
  }

  /** Throws while the database is behind. */
  expectCurrent(): void {
    if (this.reason !== null) throw new RestoredOlder(this.reason);
  }

  async onModuleInit(): Promise<void> {
    await this.chain.createIndex();
    const genesis = await this.chain.genesis();
    const { lines, known } = await this.remember(genesis?.installation);
    if (!genesis && lines > 0 && !(await this.chain.isNew())) {
      this.reason = `the database is from before revocations were counted, and ${lines} are known: ${REMEDY}`;
      return;
    }
    const { installation } = genesis ?? (await this.chain.begin());
    this.installation = installation;
    await this.look();
    if (this.reason === null) await this.witnessMissing(known);
  }

  onApplicationBootstrap(): void {
    this.looking.start();
    this.compacting?.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.looking.stop(), this.compacting?.stop()]);
  }

  /**
   * Resolves once what the document's state ends is durable in the database and, as far as that can be written, in the
   * witness. The state is read again afterwards, so that of two changes at a time the later one has the last word.
   */
  async record(collection: string, document: string, readEnding: () => Promise<Ending | null>): Promise<void> {
    this.expectCurrent();
    for (let said = ''; ; ) {
      const ending = await readEnding();
      const text = ending && writeEnding(ending);
      if (text === null || text === said) return;
      said = text;
      const isSaid = (await this.chain.lastOf(collection, document))?.ending === text;
      if (!isSaid) await this.testify([await this.note({ collection, document, ending: text })]);
    }
  }

  private async note(what: Pick<RevocationEntry, 'collection' | 'document' | 'ending'>): Promise<RevocationEntry> {
    const entry = await this.chain.append(what);
    if (entry._id > (this.furthest?._id ?? 0)) this.furthest = entry;
    return entry;
  }

  /** Holds the database against the furthest entry that is known. */
  private async look(): Promise<void> {
    if (this.reason !== null) return;
    const furthest = this.furthest ?? { _id: 0, hash: '' };
    const found = furthest._id === 0 ? furthest : await this.chain.find(furthest._id);
    const end = await this.chain.last();
    if (found?.hash === furthest.hash) {
      // What other replicas ended counts here as well.
      if (end && end._id > furthest._id) this.furthest = end;
      return;
    }
    const last = end?._id ?? 0;
    this.reason = found
      ? `the database has other revocations than those that are known from number ${furthest._id} on: ${REMEDY}`
      : `the database knows ${last} revocations, and ${furthest._id} were made: ${REMEDY}`;
    this.logger.error(this.reason);
  }

  /** Takes over what the witness has of an installation; gives the numbers of its entries, and how many lines there are at all. */
  private async remember(installation: string | undefined): Promise<{ lines: number; known: Set<number> }> {
    const known = new Set<number>();
    let lines = 0;
    for await (const line of this.witness?.read(this.service) ?? []) {
      lines++;
      if (line.installation !== installation) continue;
      known.add(line._id);
      if (line._id > (this.furthest?._id ?? 0)) this.furthest = { _id: line._id, hash: line.hash };
    }
    return { lines, known };
  }

  /** Makes up for the last words that the witness lacks; earlier ones are left out of it once it is compacted. */
  private async witnessMissing(known: ReadonlySet<number>): Promise<void> {
    if (!this.witness) return;
    let missing: RevocationEntry[] = [];
    for await (const entry of this.chain.lastWords()) {
      if (!known.has(entry._id)) missing.push(entry);
      if (missing.length < LINES_AT_ONCE) continue;
      await this.testify(missing);
      missing = [];
    }
    await this.testify(missing);
  }

  /** A revocation is made also where the witness cannot be written; health says so, and the next start makes it up. */
  private async testify(entries: readonly RevocationEntry[]): Promise<void> {
    const { service, installation } = this;
    const lines: WitnessLine[] = entries.map((entry) => ({ service, installation, ...entry }));
    try {
      await this.witness?.append(lines);
      this.unwitnessed = null;
    } catch (error) {
      this.unwitnessed = `revocations cannot be written to the witness: ${(error as Error).message}`;
      this.logger.error(this.unwitnessed);
    }
  }
}

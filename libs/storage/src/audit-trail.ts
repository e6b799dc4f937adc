import type { OnApplicationBootstrap, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import type { AuditEntry, AuditFilter, AuditRequest } from '@sluice/contracts/audit';
import type { Clock } from '@sluice/runtime/clock';
import { firstIdAt } from '@sluice/runtime/ids';
import { Ticker } from '@sluice/runtime/ticker';
import type { Connection } from 'mongoose';
import { type AuditEntryDoc, type Audited, type AuditedChange, auditEntry, auditEntryOf } from './audit-entry';
import { isDuplicateKey } from './duplicate-key';
import { TURN_LIMIT_MS, within } from './within';

const AUDIT = 'audit';
const SWEEP_MS = 1_000;
const SWEEP_SIZE = 100;

/**
 * The audit log of one service: a collection that entries are added to, and nothing else. A change and its entry are one
 * write of one document, which carries the entry under its final id; from there it is copied into the log, where an id counts once, and
 * taken off the document, before anybody is told that the change is made. What a crash left on a document is copied by
 * the sweep of any replica, so that a change and its entry are there both or not at all.
 */
export class AuditTrail implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeping = new Ticker({
    name: AuditTrail.name,
    everyMs: SWEEP_MS,
    turn: () => within(TURN_LIMIT_MS, this.sweep()),
  });

  constructor(
    private readonly connection: Connection,
    private readonly clock: Clock,
    /** The collections whose documents carry entries. */
    private readonly collections: readonly string[],
  ) {}

  async onModuleInit(): Promise<void> {
    await this.log().createIndexes([
      { key: { 'actor.id': 1, _id: -1 } },
      { key: { 'resource.id': 1, _id: -1 } },
      { key: { 'resource.type': 1, _id: -1 } },
      { key: { action: 1, _id: -1 } },
    ]);
  }

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeping.stop();
  }

  /** An entry of who asks, for the write that makes the change. */
  entry(change: AuditedChange): AuditEntryDoc {
    return auditEntry(change, this.clock.wallMs());
  }

  /** Copies the entries of a changed document into the log and takes them off it; again and again without harm. */
  async settle(collection: string, { _id, pendingAudit = [], goneAt }: Audited): Promise<void> {
    if (pendingAudit.length === 0) return;
    for (const entry of pendingAudit) await this.append(entry);
    const documents = this.documents(collection);
    const copied = { pendingAudit: { _id: { $in: pendingAudit.map((entry) => entry._id) } } };
    if (goneAt) await documents.deleteOne({ _id, goneAt });
    else await documents.updateOne({ _id }, { $pull: copied });
  }

  async sweep(): Promise<void> {
    for (const collection of this.collections) {
      const left = this.documents(collection)
        .find({ 'pendingAudit._id': { $gt: '' } })
        .project<Audited>({ pendingAudit: 1, goneAt: 1 })
        .limit(SWEEP_SIZE);
      for (const doc of await left.toArray()) await this.settle(collection, doc);
    }
  }

  async list({ limit, below, filter }: AuditRequest): Promise<AuditEntry[]> {
    const found = this.log().find(matching(filter, below)).sort({ _id: -1 }).limit(limit);
    return (await found.toArray()).map(auditEntryOf);
  }

  private async append(entry: AuditEntryDoc): Promise<void> {
    try {
      await this.log().insertOne(entry);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  private log() {
    return this.connection.collection<AuditEntryDoc>(AUDIT);
  }

  private documents(collection: string) {
    return this.connection.collection<Audited>(collection);
  }
}

/** Ids begin with their time, so that spans of time are spans of ids. */
function matching({ from, to, ...filter }: AuditFilter, below: string | undefined) {
  const idAt = (timestamp: string) => firstIdAt('aud', Math.max(0, Date.parse(timestamp)));
  const upper = [below, to && idAt(to)].filter((id) => id !== undefined && id !== '').sort()[0];
  const wanted: [string, string | undefined][] = [
    ['actor.id', filter.actorId],
    ['resource.id', filter.resourceId],
    ['resource.type', filter.resourceType],
    ['action', filter.action],
  ];
  return {
    ...Object.fromEntries(wanted.filter(([, value]) => value !== undefined)),
    _id: { $gt: from === undefined ? '' : idAt(from), ...(upper !== undefined && { $lt: upper }) },
  };
}

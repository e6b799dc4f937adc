import type { Domain } from '@sluice/contracts/registry/domains';
import { type Audited, auditedMembers } from '@sluice/storage/audit-entry';
import { Schema } from 'mongoose';

/** A host name of the installation; the name is the id. */
export interface DomainDoc extends Audited {
  /** Set while registry looks whether an API names it. */
  deletingSince?: Date | null;
  createdAt: Date;
}

export const DOMAINS = 'domains';

export const domainSchema = new Schema<DomainDoc>(
  { _id: String, createdAt: Date, deletingSince: Date, ...auditedMembers },
  { collection: DOMAINS, versionKey: false, autoIndex: false },
);

export function domainOf(doc: DomainDoc): Domain {
  return { name: doc._id, createdAt: doc.createdAt.toISOString() };
}

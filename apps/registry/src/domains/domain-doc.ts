import type { Domain } from '@sluice/contracts/domains';
import { Schema } from 'mongoose';

/** A host name of the installation; the name is the id. */
export interface DomainDoc {
  _id: string;
  createdAt: Date;
}

export const DOMAINS = 'domains';

export const domainSchema = new Schema<DomainDoc>(
  { _id: String, createdAt: Date },
  { collection: DOMAINS, versionKey: false, autoIndex: false },
);

export function domainOf(doc: DomainDoc): Domain {
  return { name: doc._id, createdAt: doc.createdAt.toISOString() };
}

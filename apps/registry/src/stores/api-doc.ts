import type { Field } from '@sluice/contracts/fields';
import { type ApiSettings, openSettings } from '@sluice/contracts/registry/api-settings';
import type { ContractFault, Method } from '@sluice/contracts/registry/apis';
import { type Audited, auditedMembers, PENDING_AUDIT_INDEX } from '@sluice/storage/audit-entry';
import type { Changing } from '@sluice/storage/change-feed';
import { Schema } from 'mongoose';

/** The version that an API serves right now: the pinned one, or the latest that registry has moved it to. */
export interface Served {
  versionId: string;
  seq: number;
  number: number;
  /** The number of the commit that published it; absent where an earlier release stored it. */
  firstCommit?: number | null;
  fields: Field[];
}

/**
 * An API as stored. `nameKey` and `place` are its name and its (domain or any, method, path) as compared: unique, and
 * gone once it is marked as deleted, so that both are free again at once.
 */
export interface ApiDoc extends Audited, Changing {
  slug: string;
  name: string;
  nameKey?: string;
  description: string;
  datasetId: string;
  version: number | null;
  served: Served | null;
  method: Method;
  domain: string | null;
  path: string;
  place?: string;
  active: boolean;
  /** Absent: it was never listed. */
  listed?: boolean;
  /** Null: it was never active, and has no endpoint yet. */
  firstActiveAt: Date | null;
  tokenIds: string[];
  /** As JSON text: the keys of a row filter have dots and dollars, which are words of MongoDB's. Absent: the open ones. */
  settings?: string;
  /** The faults of the version `misfit`, the newest so far: a following API stays on the one before. */
  contractFaults?: ContractFault[];
  misfit?: number | null;
  createdAt: Date;
  /** Absent where an earlier release stored it. */
  modifiedAt?: Date;
  deletedAt: Date | null;
  revision: number;
}

export const APIS = 'apis';

export const apiSchema = new Schema<ApiDoc>(
  {
    _id: String,
    slug: String,
    name: String,
    nameKey: String,
    description: String,
    datasetId: String,
    version: Number,
    served: Schema.Types.Mixed,
    method: String,
    domain: String,
    path: String,
    place: String,
    active: Boolean,
    listed: Boolean,
    firstActiveAt: Date,
    tokenIds: [String],
    settings: String,
    contractFaults: { type: [Schema.Types.Mixed], default: undefined },
    misfit: Number,
    createdAt: Date,
    modifiedAt: Date,
    deletedAt: Date,
    revision: Number,
    pendingRev: String,
    rev: Number,
    ...auditedMembers,
  },
  { collection: APIS, versionKey: false, autoIndex: false, minimize: false },
)
  .index({ nameKey: 1 }, { unique: true, sparse: true })
  .index({ place: 1 }, { unique: true, sparse: true })
  .index({ slug: 1 }, { unique: true })
  .index({ datasetId: 1 })
  .index({ tokenIds: 1 })
  .index({ pendingRev: 1 }, { sparse: true })
  .index({ rev: 1 }, { sparse: true })
  .index(PENDING_AUDIT_INDEX, { sparse: true });

/** Opens the settings that an earlier release did not store yet. */
export function settingsOf({ settings }: Pick<ApiDoc, 'settings'>): ApiSettings {
  return settings === undefined ? openSettings : { ...openSettings, ...JSON.parse(settings) };
}

/**
 * Gives the moment at which a change of an API counts as made. It is in whole seconds, since HTTP dates have no more, and
 * never the same twice, so that two states of an API never share one.
 */
export function nextModifiedAt(doc: Pick<ApiDoc, 'modifiedAt'>, nowMs: number): Date {
  const after = doc.modifiedAt ? doc.modifiedAt.getTime() + 1_000 : 0;
  return new Date(Math.max(Math.ceil(nowMs / 1_000) * 1_000, after));
}

/** Two names that only differ in case or in compatible characters look the same to people. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** The place at which an API answers: no two share it. An exact domain and "any" are different places; the exact one wins there. */
export function placeOf(api: { domain: string | null; method: Method; path: string }): string {
  return `${api.domain ?? '*'} ${api.method} ${api.path}`;
}

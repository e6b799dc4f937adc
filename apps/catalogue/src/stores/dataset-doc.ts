import { type Audited, auditedMembers, PENDING_AUDIT_INDEX } from '@sluice/storage/audit-entry';
import type { Changing } from '@sluice/storage/change-feed';
import { Schema } from 'mongoose';

/** A published version in its dataset's list, which alone decides what is published. */
export interface Published {
  number: number;
  versionId: string;
  /** The number of the commit that published it; missing where an earlier release did, until somebody asks. */
  firstCommit?: number;
  publishedAt?: Date;
  /** Set while the gateway asks whether an API serves it. */
  deletingSince?: Date | null;
  /** Set for good once it is deleted: the list only grows, which publishing relies on. */
  goneAt?: Date;
}

/** The end of a version that takes no more rows. */
export interface ClosedVersion {
  /** Of its last commit. */
  seq: number;
  at: Date;
}

/** A mark that is older was left by a gateway that ended in between: it counts no more. */
export const MARK_MS = 60_000;

/** A dataset as stored. */
export interface DatasetDoc extends Audited, Changing {
  name: string;
  /** The name as compared: two that differ only in case look the same to people. */
  nameKey: string;
  description: string;
  /** In order of their numbers; the last is the latest. */
  versions: Published[];
  /** Imports that may still publish. Taking one out of here ends its right to, whatever its process believes. */
  openImports: string[];
  /** The key fields of the versions to come; the latest one has its own. */
  keyFields?: string[] | null;
  /** So many of the newest versions stay; all of them without it. */
  keepVersions?: number | null;
  /** How files are read, as JSON text: names of fields in it may be words of MongoDB's. */
  reading?: string | null;
  /** Set while the gateway asks whether an API uses the dataset. */
  deletingSince: Date | null;
  createdAt: Date;
  revision: number;
}

export const DATASETS = 'datasets';

export const datasetSchema = new Schema<DatasetDoc>(
  {
    _id: String,
    name: String,
    nameKey: String,
    description: String,
    versions: [
      {
        _id: false,
        number: Number,
        versionId: String,
        firstCommit: Number,
        publishedAt: Date,
        deletingSince: Date,
        goneAt: Date,
      },
    ],
    openImports: [String],
    keyFields: { type: [String], default: undefined },
    keepVersions: Number,
    reading: String,
    deletingSince: Date,
    createdAt: Date,
    revision: Number,
    pendingRev: String,
    ...auditedMembers,
  },
  { collection: DATASETS, versionKey: false, autoIndex: false },
)
  .index({ nameKey: 1 }, { unique: true })
  .index({ pendingRev: 1 }, { sparse: true })
  .index({ keepVersions: 1, _id: 1 }, { sparse: true })
  .index(PENDING_AUDIT_INDEX, { sparse: true });

/** Numbers a version that follows `latest`, which was closed for it, or begins a dataset. */
export function followVersion(
  latest: Published | undefined,
  closed: ClosedVersion | null,
  versionId: string,
): Published {
  const publishedAt = new Date(Math.max(Date.now(), closed?.at.getTime() ?? 0));
  const first = { number: (latest?.number ?? 0) + 1, versionId, publishedAt };
  if (!latest) return { ...first, firstCommit: 1 };
  if (latest.firstCommit === undefined || !closed) return first;
  return { ...first, firstCommit: latest.firstCommit + closed.seq + 1 };
}

/** Gives a dataset that is gone a name that frees its own: no name begins with white space. */
export function goneNameKey(id: string): string {
  return ` ${id}`;
}

export function datasetNameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** The versions that there are, in order: without those that are deleted, or about to be. */
export function presentVersions({ versions }: DatasetDoc): Published[] {
  const limit = Date.now() - MARK_MS;
  return versions.filter(
    ({ goneAt, deletingSince }) => !goneAt && !(deletingSince && deletingSince.getTime() >= limit),
  );
}

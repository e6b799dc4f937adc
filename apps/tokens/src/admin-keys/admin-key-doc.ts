import { Schema } from 'mongoose';

/** A key for the management routes, as stored. */
export interface AdminKeyDoc {
  _id: string;
  secretHash: string;
  hint: string;
  createdAt: Date;
}

export const ADMIN_KEYS = 'adminKeys';

/** The first key has a fixed id: MongoDB lets one replica insert it and no other. */
export const FIRST_ADMIN_KEY_ID = `adm_${'0'.repeat(26)}`;

export const adminKeySchema = new Schema<AdminKeyDoc>(
  { _id: String, secretHash: String, hint: String, createdAt: Date },
  { collection: ADMIN_KEYS, versionKey: false, autoIndex: false },
).index({ secretHash: 1 }, { unique: true });

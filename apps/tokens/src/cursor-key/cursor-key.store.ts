import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import {
  INSTALLATION_KEYS,
  type InstallationKeyDoc,
  type KeyRing,
  keyRingAt,
  newInstallationKey,
} from '@sluice/storage/installation-keys';
import { type Model, Schema } from 'mongoose';

export const cursorKeySchema = new Schema<InstallationKeyDoc>(
  { _id: String, key: String, namesSince: Date, signsFrom: Date },
  { collection: INSTALLATION_KEYS, versionKey: false, autoIndex: false },
);

/** The first one of the installation. */
const CURRENT = 'current';
/** Where the key is new, no answer was ever named without it. */
const EVER = new Date(0);

/** The keys that count, and when answers were first named with one. */
export interface StoredKeys extends KeyRing {
  namesSince: Date;
}

/** The keys that gateways seal cursors and name answers with, and that browsers are marked with, in MongoDB. */
@Injectable()
export class CursorKeyStore {
  constructor(@InjectModel(INSTALLATION_KEYS) private readonly model: Model<InstallationKeyDoc>) {}

  /** Gives the keys that count at a moment. The first one is made by whoever asks first: the fixed id lets only one be stored. */
  async findAll(at: Date): Promise<StoredKeys> {
    const docs = await this.model.find().lean<InstallationKeyDoc[]>();
    const first = docs.find(({ _id }) => _id === CURRENT);
    const ring = keyRingAt(docs, at);
    if (first?.namesSince && ring) return { ...ring, namesSince: first.namesSince };
    if (first) await this.noteMoment(at);
    else await this.makeFirst();
    return await this.findAll(at);
  }

  private async makeFirst(): Promise<void> {
    try {
      await this.model.create({ _id: CURRENT, key: newInstallationKey(), namesSince: EVER });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** Notes the moment at which the first replica of this release hands out a key of the release before; the first one counts. */
  private async noteMoment(at: Date): Promise<void> {
    await this.model.updateOne({ _id: CURRENT, namesSince: null }, { $set: { namesSince: at } });
  }
}

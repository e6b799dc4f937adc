import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { type Model, Schema } from 'mongoose';

interface CursorKeyDoc {
  _id: string;
  key: string;
  /** When answers were first named with the key; the release before did so without. */
  namesSince?: Date;
}

export const CURSOR_KEYS = 'cursorKeys';
export const cursorKeySchema = new Schema<CursorKeyDoc>(
  { _id: String, key: String, namesSince: Date },
  { collection: CURSOR_KEYS, versionKey: false, autoIndex: false },
);

const CURRENT = 'current';
const KEY_BYTES = 32;
/** Where the key is new, no answer was ever named without it. */
const EVER = new Date(0);

/** The one key that gateways seal cursors and name answers with, in MongoDB. */
@Injectable()
export class CursorKeyStore {
  constructor(@InjectModel(CURSOR_KEYS) private readonly model: Model<CursorKeyDoc>) {}

  /** The key (base64, 32 bytes), made by whoever asks first: the fixed id lets only one be stored. */
  async current(at: Date): Promise<Required<CursorKeyDoc>> {
    const stored = await this.model.findById(CURRENT).lean<CursorKeyDoc>();
    if (stored) return await this.withMoment(stored, at);
    const made = { _id: CURRENT, key: randomBytes(KEY_BYTES).toString('base64'), namesSince: EVER };
    try {
      await this.model.create(made);
      return made;
    } catch (error) {
      if (isDuplicateKey(error)) return await this.current(at);
      throw error;
    }
  }

  /** Notes the moment at which the first replica of this release hands out a key of the release before; the first one counts. */
  private async withMoment({ namesSince, ...doc }: CursorKeyDoc, at: Date): Promise<Required<CursorKeyDoc>> {
    if (namesSince) return { ...doc, namesSince };
    await this.model.updateOne({ _id: CURRENT, namesSince: null }, { $set: { namesSince: at } });
    return await this.current(at);
  }
}

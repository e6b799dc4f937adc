import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { type Model, Schema } from 'mongoose';

interface CursorKeyDoc {
  _id: string;
  key: string;
}

export const CURSOR_KEYS = 'cursorKeys';
export const cursorKeySchema = new Schema<CursorKeyDoc>(
  { _id: String, key: String },
  { collection: CURSOR_KEYS, versionKey: false, autoIndex: false },
);

const CURRENT = 'current';
const KEY_BYTES = 32;

/** The one key that gateways seal cursors with, in MongoDB. */
@Injectable()
export class CursorKeyStore {
  constructor(@InjectModel(CURSOR_KEYS) private readonly model: Model<CursorKeyDoc>) {}

  /** The key (base64, 32 bytes), made by whoever asks first: the fixed id lets only one be stored. */
  async current(): Promise<string> {
    const stored = await this.model.findById(CURRENT).lean<CursorKeyDoc>();
    if (stored) return stored.key;
    try {
      return (await this.model.create({ _id: CURRENT, key: randomBytes(KEY_BYTES).toString('base64') })).key;
    } catch (error) {
      if (isDuplicateKey(error)) return await this.current();
      throw error;
    }
  }
}

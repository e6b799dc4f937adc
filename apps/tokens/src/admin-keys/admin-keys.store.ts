import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { newId } from '@sluice/runtime/ids';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import type { Model } from 'mongoose';
import type { StoredSecret } from '../secret';
import { ADMIN_KEYS, type AdminKeyDoc, FIRST_ADMIN_KEY_ID } from './admin-key-doc';

/** Admin keys in MongoDB. */
@Injectable()
export class AdminKeysStore implements OnModuleInit {
  constructor(@InjectModel(ADMIN_KEYS) private readonly model: Model<AdminKeyDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  findBySecret(secretHash: string): Promise<AdminKeyDoc | null> {
    return this.model.findOne({ secretHash }).lean<AdminKeyDoc>();
  }

  async any(): Promise<boolean> {
    return (await this.model.exists({})) !== null;
  }

  /** False when another replica was first. */
  async insertFirst(secret: StoredSecret, createdAt: Date): Promise<boolean> {
    try {
      await this.model.create({ _id: FIRST_ADMIN_KEY_ID, ...secret, createdAt });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Adds a key unless it is there; replicas that start together may all do it. */
  async add(secret: StoredSecret, createdAt: Date): Promise<void> {
    try {
      await this.model.updateOne(
        { secretHash: secret.secretHash },
        { $setOnInsert: { _id: newId('adm', createdAt.getTime()), hint: secret.hint, createdAt } },
        { upsert: true },
      );
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}

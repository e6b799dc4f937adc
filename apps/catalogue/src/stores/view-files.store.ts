import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import type { Model, Types } from 'mongoose';
import { VIEW_FILES, type ViewFileDoc } from './view-file-doc';

/** The documents of view files in MongoDB; the files are in a bucket of GridFS of their own. */
@Injectable()
export class ViewFilesStore implements OnModuleInit {
  constructor(@InjectModel(VIEW_FILES) private readonly model: Model<ViewFileDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  find(id: string): Promise<ViewFileDoc | null> {
    return this.model.findById(id).lean<ViewFileDoc>();
  }

  /** False where another replica was first. */
  async insert(file: ViewFileDoc): Promise<boolean> {
    try {
      await this.model.create(file);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async noteRead(id: string, readAt: Date): Promise<void> {
    await this.model.updateOne({ _id: id, readAt: { $lt: readAt } }, { $set: { readAt } });
  }

  /** Finds the files that have rows of a version. */
  findOfVersion(versionId: string): Promise<ViewFileDoc[]> {
    return this.model.find({ $or: [{ versionId }, { beforeVersionId: versionId }] }).lean<ViewFileDoc[]>();
  }

  /** Lists all of them, the one first that was not read for longest. */
  all(): Promise<ViewFileDoc[]> {
    return this.model.find().sort({ readAt: 1 }).lean<ViewFileDoc[]>();
  }

  fileIds(): Promise<Types.ObjectId[]> {
    return this.model.distinct('fileId');
  }

  async remove(id: string): Promise<void> {
    await this.model.deleteOne({ _id: id });
  }
}

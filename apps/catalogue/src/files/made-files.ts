import { stat } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import { CATALOGUE_CONFIG, type CatalogueConfig } from '../config/catalogue-config';
import { StorageFull } from '../engine/engine-errors';
import { ViewFileBytes } from '../stores/stored-files';
import type { ViewFileDoc } from '../stores/view-file-doc';
import { ViewFileRemoval } from '../stores/view-file-removal';
import { ViewFilesStore } from '../stores/view-files.store';
import { LocalViewFiles } from './local-view-files';

/** What the maker of a file knows of it. */
export type MadeFile = Pick<ViewFileDoc, '_id' | 'versionId' | 'beforeVersionId' | 'rows' | 'parts'>;

/** Stores files that were made on this replica for all of them. */
@Injectable()
export class MadeFiles {
  constructor(
    private readonly local: LocalViewFiles,
    private readonly files: ViewFileBytes,
    private readonly store: ViewFilesStore,
    private readonly removal: ViewFileRemoval,
    @Inject(CATALOGUE_CONFIG) private readonly config: CatalogueConfig,
  ) {}

  /** Where another replica was faster, its file is the one: two that are made alike need not have the same bytes. */
  async keep(made: MadeFile, path: string, signal: AbortSignal): Promise<ViewFileDoc> {
    const { _id, versionId } = made;
    const { size: bytes } = await stat(path);
    const hasRoom = await this.removal.makeRoom(versionId, bytes, this.config.SLUICE_VIEW_FILE_BYTES, Date.now());
    if (!hasRoom) throw new StorageFull('files of views take all the room that they may');
    const fileId = new Types.ObjectId();
    const sha256 = await this.files.store(fileId, _id, path, signal);
    const now = new Date();
    const doc = { ...made, fileId, bytes, sha256, createdAt: now, readAt: now };
    if (await this.store.insert(doc)) {
      await this.local.take(_id, path, bytes);
      return doc;
    }
    await this.files.remove(fileId);
    const first = await this.store.find(_id);
    if (!first) throw new Error('the file was removed while it was made');
    return first;
  }
}

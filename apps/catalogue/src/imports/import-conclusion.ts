import { Injectable } from '@nestjs/common';
import type { Import } from '@sluice/contracts/catalogue/imports';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { DatasetsStore } from '../stores/datasets.store';
import { IMPORTS, type ImportDoc } from '../stores/import-doc';
import { ImportsStore } from '../stores/imports.store';
import { VersionFiles } from '../stores/stored-files';
import { VersionsStore } from '../stores/versions.store';
import { cancelled } from './import-failure';

/** Ends an import that did not reach its end: whole or not at all, on any replica and however often. */
@Injectable()
export class ImportConclusion {
  constructor(
    private readonly imports: ImportsStore,
    private readonly datasets: DatasetsStore,
    private readonly versions: VersionsStore,
    private readonly files: VersionFiles,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * First the import's right to publish is taken away, in the one document that decides; only then can it be known for
   * good whether it has published, and what it left be removed.
   */
  async conclude(doc: ImportDoc, error: NonNullable<Import['error']>): Promise<void> {
    const hadRight = await this.datasets.closeImport(doc.datasetId, doc._id);
    const version = hadRight ? null : await this.datasets.numberOf(doc.datasetId, doc.versionId);
    if (version !== null) {
      await this.imports.finish(doc._id, { phase: 'done', version, error: null });
      return;
    }
    await this.removeTraces(doc);
    const { datasetId: id, startedBy } = doc;
    const cancelledBy = (await this.imports.find(doc._id))?.cancelledBy;
    const told = cancelledBy ? cancelled : error;
    const entry = this.trail.entry({
      action: 'dataset.version-published',
      resource: { id, name: (await this.datasets.stored(id))?.name ?? id },
      before: null,
      after: { importId: doc._id, error: told.code },
      outcome: 'failure',
      by: cancelledBy ?? startedBy,
    });
    const failed = await this.imports.finish(doc._id, { phase: 'failed', version: null, error: told }, entry);
    if (failed) await this.trail.settle(IMPORTS, failed);
  }

  async removeTraces({ versionId, fileId }: ImportDoc): Promise<void> {
    await this.files.remove(fileId);
    await this.versions.remove(versionId);
  }
}

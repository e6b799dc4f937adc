import { Inject, Injectable } from '@nestjs/common';
import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { DiskSpace } from '@sluice/runtime/disk-space';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { VersionClosing } from '../commits/version-closing';
import { CATALOGUE_CONFIG, type CatalogueConfig } from '../config/catalogue-config';
import { Converters } from '../conversion/converters';
import { Engines } from '../engine/engines';
import { DatasetChanges } from '../stores/dataset-changes';
import { DatasetsStore } from '../stores/datasets.store';
import type { ImportDoc } from '../stores/import-doc';
import { ImportsStore } from '../stores/imports.store';
import { VersionFiles } from '../stores/stored-files';
import { VersionsStore } from '../stores/versions.store';
import { ImportConclusion } from './import-conclusion';
import { ImportRun } from './import-run';

/** Makes runs of imports, with everything that they work with. */
@Injectable()
export class ImportRuns {
  constructor(
    @Inject(CATALOGUE_CONFIG) readonly config: CatalogueConfig,
    @Inject(CLOCK) readonly clock: Clock,
    readonly engines: Engines,
    readonly converters: Converters,
    readonly imports: ImportsStore,
    readonly datasets: DatasetsStore,
    readonly versions: VersionsStore,
    readonly files: VersionFiles,
    readonly changes: DatasetChanges,
    readonly conclusion: ImportConclusion,
    readonly closing: VersionClosing,
    readonly trail: AuditTrail,
    readonly disk: DiskSpace,
  ) {}

  /** Makes the run of an import that this replica owns. */
  make(doc: ImportDoc, options: ImportOptions): ImportRun {
    return new ImportRun(this, doc, options);
  }
}

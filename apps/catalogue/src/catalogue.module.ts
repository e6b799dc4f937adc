import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { CLOCK } from '@sluice/runtime/clock';
import { DiskSpace } from '@sluice/runtime/disk-space';
import { Readiness } from '@sluice/runtime/readiness';
import { ServiceModule } from '@sluice/service/service.module';
import { openVersionCache } from './cache/open-version-cache';
import { StoredSegments } from './cache/stored-segments';
import { VersionCache } from './cache/version-cache';
import { CommitLines } from './commits/commit-lines';
import { Compaction } from './commits/compaction';
import { SegmentSweeper } from './commits/segment-sweeper';
import { SnapshotNews } from './commits/snapshot-news';
import { SnapshotsController } from './commits/snapshots.controller';
import { VersionClosing } from './commits/version-closing';
import { CATALOGUE_CONFIG, type CatalogueConfig } from './config/catalogue-config';
import { Converters } from './conversion/converters';
import { DatasetsController } from './datasets/datasets.controller';
import { DatasetsService } from './datasets/datasets.service';
import { KeyFieldsOfLatest } from './datasets/key-fields-of-latest';
import { VersionDeletion } from './datasets/version-deletion';
import { VersionRemoval } from './datasets/version-removal';
import { VersionsController } from './datasets/versions.controller';
import { Engines } from './engine/engines';
import { exportResources } from './exports/export-resources';
import { ExportsController } from './exports/exports.controller';
import { ExportsService } from './exports/exports.service';
import { ChangeFileMaker } from './files/change-file-maker';
import { LocalViewFiles } from './files/local-view-files';
import { MadeFiles } from './files/made-files';
import { ViewFileMaker } from './files/view-file-maker';
import { ViewFileSweeper } from './files/view-file-sweeper';
import { ViewFilesController } from './files/view-files.controller';
import { ViewFilesService } from './files/view-files.service';
import { CommitLog } from './history/commit-log';
import { HistoryController } from './history/history.controller';
import { HistoryService } from './history/history.service';
import { VersionNumbering } from './history/version-numbering';
import { ImportConclusion } from './imports/import-conclusion';
import { ImportRuns } from './imports/import-runs';
import { ImportSweeper } from './imports/import-sweeper';
import { ImportsController } from './imports/imports.controller';
import { ImportsService } from './imports/imports.service';
import { catalogueMigrations } from './migrations/catalogue-migrations';
import { ProfilesController } from './profiles/profiles.controller';
import { ProfilesService } from './profiles/profiles.service';
import { NumberRanges } from './rows/number-ranges';
import { RowsController } from './rows/rows.controller';
import { RowsService } from './rows/rows.service';
import { LatestVersions } from './sends/latest-versions';
import { SendsController } from './sends/sends.controller';
import { SendsService } from './sends/sends.service';
import { CommitTimesStore } from './stores/commit-times.store';
import { COMMIT_TIMES, commitTimesSchema } from './stores/commit-times-doc';
import { DatasetChanges } from './stores/dataset-changes';
import { DATASETS, datasetSchema } from './stores/dataset-doc';
import { DatasetsStore } from './stores/datasets.store';
import { IMPORTS, importSchema } from './stores/import-doc';
import { ImportsStore } from './stores/imports.store';
import { PIECES, pieceSchema } from './stores/piece-doc';
import { PiecesStore } from './stores/pieces.store';
import { SEGMENTS, segmentSchema } from './stores/segment-doc';
import { SegmentsStore } from './stores/segments.store';
import { VersionFiles, ViewFileBytes } from './stores/stored-files';
import { VERSIONS, versionSchema } from './stores/version-doc';
import { VersionsStore } from './stores/versions.store';
import { VIEW_FILES, viewFileSchema } from './stores/view-file-doc';
import { ViewFileRemoval } from './stores/view-file-removal';
import { ViewFilesStore } from './stores/view-files.store';

/** The whole catalogue service. */
@Module({})
export class CatalogueModule {
  static with(config: CatalogueConfig): DynamicModule {
    return {
      module: CatalogueModule,
      imports: [
        ServiceModule.with({
          name: 'catalogue',
          config,
          schemas: {
            [DATASETS]: datasetSchema,
            [VERSIONS]: versionSchema,
            [IMPORTS]: importSchema,
            [SEGMENTS]: segmentSchema,
            [PIECES]: pieceSchema,
            [COMMIT_TIMES]: commitTimesSchema,
            [VIEW_FILES]: viewFileSchema,
          },
          migrations: catalogueMigrations,
          audited: [DATASETS, IMPORTS],
          directories: { cache: config.SLUICE_CACHE_DIR },
        }),
      ],
      controllers: [
        DatasetsController,
        VersionsController,
        ImportsController,
        RowsController,
        ProfilesController,
        ExportsController,
        SendsController,
        SnapshotsController,
        ViewFilesController,
        HistoryController,
      ],
      providers: [
        { provide: CATALOGUE_CONFIG, useValue: config },
        {
          provide: Engines,
          useFactory: (readiness: Readiness) => Engines.open(config, readiness),
          inject: [Readiness],
        },
        DatasetsStore,
        VersionsStore,
        VersionFiles,
        ViewFilesStore,
        ViewFileBytes,
        ViewFileRemoval,
        VersionRemoval,
        VersionDeletion,
        DatasetChanges,
        KeyFieldsOfLatest,
        DatasetsService,
        ImportsStore,
        Converters,
        ImportConclusion,
        ImportRuns,
        ImportsService,
        ImportSweeper,
        SegmentsStore,
        PiecesStore,
        StoredSegments,
        VersionClosing,
        CommitLines,
        Compaction,
        CommitTimesStore,
        CommitLog,
        VersionNumbering,
        HistoryService,
        SegmentSweeper,
        SnapshotNews,
        LatestVersions,
        SendsService,
        {
          provide: VersionCache,
          useFactory: openVersionCache,
          inject: [Engines, VersionsStore, VersionFiles, StoredSegments, CATALOGUE_CONFIG, CLOCK, DiskSpace],
        },
        NumberRanges,
        RowsService,
        ProfilesService,
        ...exportResources(config),
        ExportsService,
        {
          provide: LocalViewFiles,
          useFactory: ({ directory }: Engines) =>
            LocalViewFiles.open(join(directory, 'view-files'), config.SLUICE_VIEW_FILE_BYTES),
          inject: [Engines],
        },
        MadeFiles,
        ViewFileMaker,
        ChangeFileMaker,
        ViewFilesService,
        ViewFileSweeper,
      ],
    };
  }
}

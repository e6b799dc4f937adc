import { type DynamicModule, Module } from '@nestjs/common';
import { getConnectionToken, MongooseModule } from '@nestjs/mongoose';
import { MessagingModule } from '@sluice/messaging/messaging.module';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { HealthModule } from '@sluice/runtime/health.module';
import { loggingModule } from '@sluice/runtime/logging';
import { MetricsController } from '@sluice/runtime/metrics.controller';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { MongoReadiness, mongoModule } from '@sluice/storage/mongo';
import type { Connection } from 'mongoose';
import { AuditController } from './audit/audit.controller';
import { openVersionCache } from './cache/open-version-cache';
import { VersionCache } from './cache/version-cache';
import { CATALOGUE_CONFIG, type CatalogueConfig } from './config';
import { DatasetChanges } from './datasets/dataset-changes';
import { DATASETS, datasetSchema } from './datasets/dataset-doc';
import { DatasetsController } from './datasets/datasets.controller';
import { DatasetsService } from './datasets/datasets.service';
import { DatasetsStore } from './datasets/datasets.store';
import { KeyFieldsOfLatest } from './datasets/key-fields-of-latest';
import { VersionRemoval } from './datasets/version-removal';
import { Engines } from './engine/engines';
import { ExportsController } from './exports/exports.controller';
import { ExportsService } from './exports/exports.service';
import { ImportConclusion } from './imports/import-conclusion';
import { IMPORTS, importSchema } from './imports/import-doc';
import { ImportSweeper } from './imports/import-sweeper';
import { ImportsController } from './imports/imports.controller';
import { ImportsService } from './imports/imports.service';
import { ImportsStore } from './imports/imports.store';
import { NumberRanges } from './rows/number-ranges';
import { RowsController } from './rows/rows.controller';
import { RowsService } from './rows/rows.service';
import { CommitLines } from './segments/commit-lines';
import { Compaction } from './segments/compaction';
import { PIECES, pieceSchema } from './segments/piece-doc';
import { PiecesStore } from './segments/pieces.store';
import { SEGMENTS, segmentSchema } from './segments/segment-doc';
import { SegmentSweeper } from './segments/segment-sweeper';
import { SegmentsStore } from './segments/segments.store';
import { SnapshotNews } from './segments/snapshot-news';
import { SnapshotsController } from './segments/snapshots.controller';
import { StoredSegments } from './segments/stored-segments';
import { VersionClosing } from './segments/version-closing';
import { SendsController } from './sends/sends.controller';
import { SendsService } from './sends/sends.service';
import { VersionDeletion } from './versions/version-deletion';
import { VERSIONS, versionSchema } from './versions/version-doc';
import { VersionFiles } from './versions/version-files';
import { VersionsController } from './versions/versions.controller';
import { VersionsStore } from './versions/versions.store';

/** The whole catalogue service. */
@Module({})
export class CatalogueModule {
  static with(config: CatalogueConfig): DynamicModule {
    return {
      module: CatalogueModule,
      imports: [
        loggingModule('catalogue', config.LOG_LEVEL),
        HealthModule,
        MessagingModule.forService({
          service: 'catalogue',
          servers: config.NATS_URL,
          user: config.NATS_USER,
          password: config.NATS_PASSWORD,
        }),
        mongoModule('catalogue', config.MONGO_URL),
        MongooseModule.forFeature([
          { name: DATASETS, schema: datasetSchema },
          { name: VERSIONS, schema: versionSchema },
          { name: IMPORTS, schema: importSchema },
          { name: SEGMENTS, schema: segmentSchema },
          { name: PIECES, schema: pieceSchema },
        ]),
      ],
      controllers: [
        MetricsController,
        AuditController,
        DatasetsController,
        VersionsController,
        ImportsController,
        RowsController,
        ExportsController,
        SendsController,
        SnapshotsController,
      ],
      providers: [
        { provide: CATALOGUE_CONFIG, useValue: config },
        { provide: Engines, useFactory: () => Engines.open(config) },
        MongoReadiness,
        {
          provide: AuditTrail,
          useFactory: (connection: Connection, clock: Clock) => new AuditTrail(connection, clock, [DATASETS, IMPORTS]),
          inject: [getConnectionToken(), CLOCK],
        },
        DatasetsStore,
        VersionsStore,
        VersionFiles,
        VersionRemoval,
        VersionDeletion,
        DatasetChanges,
        KeyFieldsOfLatest,
        DatasetsService,
        ImportsStore,
        ImportConclusion,
        ImportsService,
        ImportSweeper,
        SegmentsStore,
        PiecesStore,
        StoredSegments,
        VersionClosing,
        CommitLines,
        Compaction,
        SegmentSweeper,
        SnapshotNews,
        SendsService,
        {
          provide: VersionCache,
          useFactory: openVersionCache,
          inject: [Engines, VersionsStore, VersionFiles, StoredSegments, CATALOGUE_CONFIG, CLOCK],
        },
        NumberRanges,
        RowsService,
        ExportsService,
      ],
    };
  }
}

import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { MessagingModule } from '@sluice/messaging/messaging.module';
import { HealthModule } from '@sluice/runtime/health.module';
import { loggingModule } from '@sluice/runtime/logging';
import { AdminVerdictFeed, AdminVerdicts } from './auth/admin-verdicts';
import { AccessTokenGuard, AdminKeyGuard, EitherGuard } from './auth/bearer.guard';
import { AccessTokenStrategy, AdminKeyStrategy } from './auth/bearer.strategies';
import { BrowserSessions } from './auth/browser-sessions';
import { Judgement } from './auth/judgement';
import { VerdictFeed, Verdicts } from './auth/verdicts';
import { GATEWAY_CONFIG, type GatewayConfig } from './config';
import { Answers } from './data/answers';
import { CataloguePresence } from './data/catalogue-presence';
import { Changes } from './data/changes';
import { CursorSeal } from './data/cursor-seal';
import { DataRequests } from './data/data-requests';
import { Exports } from './data/exports';
import { Pages } from './data/pages';
import { PlanCache } from './data/plan-cache';
import { SendBodies } from './data/send-body';
import { Sends } from './data/sends';
import { ApiDocsController } from './docs/api-docs.controller';
import { ApiDocuments } from './docs/api-documents';
import { DocsPageController } from './docs/docs-page.controller';
import { ExampleRows } from './docs/example-row';
import { ProblemFilter } from './http/problem.filter';
import { ValidationPipe } from './http/validation.pipe';
import { ExportPlaces } from './limits/export-places';
import { FailureLimit } from './limits/failure-limit';
import { Limits } from './limits/limits';
import { Quotas } from './limits/quotas';
import { RateFeed, RateLimits } from './limits/rate-limits';
import { TokenUses } from './limits/token-uses';
import { AdminKeysController, InstallationKeysController } from './manage/admin-keys.controller';
import { AdminsController } from './manage/admins.controller';
import { ApiTestController } from './manage/api-test.controller';
import { ApisController } from './manage/apis.controller';
import { AuditController } from './manage/audit.controller';
import { AuditLog } from './manage/audit-log';
import { DatasetDeletion } from './manage/dataset-deletion';
import { DatasetsController } from './manage/datasets.controller';
import { DomainsController } from './manage/domains.controller';
import { ImportsController } from './manage/imports.controller';
import { SessionController } from './manage/session.controller';
import { SetupController } from './manage/setup.controller';
import { SnippetsController } from './manage/snippets.controller';
import { TokensController } from './manage/tokens.controller';
import { Uploads } from './manage/uploads';
import { UsageController } from './manage/usage.controller';
import { ReplicaMetrics } from './replicas/replica-metrics';
import { ReplicaFeed, Replicas } from './replicas/replicas';
import { RouteFeed, Routes } from './routing/route-feed';
import { SnapshotFeed } from './routing/snapshot-feed';
import { Snapshots } from './routing/snapshots';
import { LiveRequestFeed, LiveRequests } from './usage/live-requests';
import { UsageFeed } from './usage/usage-feed';

/** The HTTP edge. It owns no data: what it holds are proofs and copies that the services behind it vouch for. */
@Module({})
export class GatewayModule {
  static with(config: GatewayConfig): DynamicModule {
    return {
      module: GatewayModule,
      imports: [
        loggingModule('gateway', config.LOG_LEVEL),
        HealthModule,
        PassportModule,
        MessagingModule.forService({
          service: 'gateway',
          servers: config.NATS_URL,
          user: config.NATS_USER,
          password: config.NATS_PASSWORD,
        }),
      ],
      controllers: [
        VerdictFeed,
        AdminVerdictFeed,
        RouteFeed,
        ReplicaFeed,
        RateFeed,
        CataloguePresence,
        SnapshotFeed,
        ImportsController,
        DatasetsController,
        ApiTestController,
        SnippetsController,
        ApisController,
        TokensController,
        DomainsController,
        SessionController,
        SetupController,
        AdminKeysController,
        InstallationKeysController,
        AdminsController,
        UsageController,
        AuditController,
        LiveRequestFeed,
        ApiDocsController,
        DocsPageController,
      ],
      providers: [
        { provide: GATEWAY_CONFIG, useValue: config },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: ValidationPipe },
        Verdicts,
        FailureLimit,
        ExportPlaces,
        Judgement,
        Limits,
        RateLimits,
        Quotas,
        TokenUses,
        AdminVerdicts,
        BrowserSessions,
        AccessTokenGuard,
        AdminKeyGuard,
        EitherGuard,
        AccessTokenStrategy,
        AdminKeyStrategy,
        Routes,
        Replicas,
        Snapshots,
        SendBodies,
        Sends,
        ReplicaMetrics,
        CursorSeal,
        Pages,
        PlanCache,
        Answers,
        Changes,
        Exports,
        DataRequests,
        ExampleRows,
        ApiDocuments,
        DatasetDeletion,
        AuditLog,
        Uploads,
        UsageFeed,
        LiveRequests,
      ],
    };
  }
}

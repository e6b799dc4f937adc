import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { MessagingModule } from '@sluice/messaging/messaging.module';
import { HealthModule } from '@sluice/runtime/health.module';
import { loggingModule } from '@sluice/runtime/logging';
import { Admission } from './admission/admission';
import { Answers } from './answering/answers';
import { Exports } from './answering/exports';
import { ViewFileAnswers } from './answering/view-file-answers';
import { AdminIdentity } from './auth/admin-identity';
import { AccessTokenGuard, AdminKeyGuard, TokenOrKeyGuard } from './auth/bearer.guard';
import { AccessTokenStrategy, AdminKeyStrategy } from './auth/bearer.strategies';
import { BrowserSessions } from './auth/browser-sessions';
import { Judgement } from './auth/judgement';
import { ScannerKeys } from './auth/scanner-keys';
import { catalogProviders } from './catalog/catalog-providers';
import { GATEWAY_CONFIG, type GatewayConfig } from './config/gateway-config';
import { DataRequests } from './data/data-requests';
import { SharedTableRequests } from './delta-sharing/shared-table-requests';
import { SharedTables } from './delta-sharing/shared-tables';
import { SharingRequests } from './delta-sharing/sharing-requests';
import { TableAnswers } from './delta-sharing/table-answers';
import { TableChanges } from './delta-sharing/table-changes';
import { TableFiles } from './delta-sharing/table-files';
import { TableStates } from './delta-sharing/table-states';
import { ApiDocsController } from './docs/api-docs.controller';
import { ApiDocuments } from './docs/api-documents';
import { DocsPageController } from './docs/docs-page.controller';
import { ExampleRows } from './docs/example-row';
import { LeakedTokenController } from './hooks/leaked-token.controller';
import { ProblemFilter } from './http/problem.filter';
import { ValidationPipe } from './http/validation.pipe';
import { ExportPlaces } from './limits/export-places';
import { FailureLimit } from './limits/failure-limit';
import { Limits } from './limits/limits';
import { Quotas } from './limits/quotas';
import { RateFeed, RateLimits } from './limits/rate-limits';
import { TokenUses } from './limits/token-uses';
import { FileLinks } from './links/file-links';
import { LinkMaker } from './links/link-maker';
import { LinkRequests } from './links/link-requests';
import { LinkSeal } from './links/link-seal';
import { AuditController } from './manage/activity/audit.controller';
import { AuditLog } from './manage/activity/audit-log';
import { UsageController } from './manage/activity/usage.controller';
import { AdminKeysController, InstallationKeysController } from './manage/admins/admin-keys.controller';
import { AdminsController } from './manage/admins/admins.controller';
import { SessionController } from './manage/admins/session.controller';
import { SetupController } from './manage/admins/setup.controller';
import { ApiLinksController } from './manage/apis/api-links.controller';
import { ApiTestController } from './manage/apis/api-test.controller';
import { ApisController } from './manage/apis/apis.controller';
import { DomainsController } from './manage/apis/domains.controller';
import { SnippetsController } from './manage/apis/snippets.controller';
import { CommitsController } from './manage/datasets/commits.controller';
import { DatasetDeletion } from './manage/datasets/dataset-deletion';
import { DatasetsController } from './manage/datasets/datasets.controller';
import { ProfilesController } from './manage/datasets/profiles.controller';
import { ImportsController } from './manage/imports/imports.controller';
import { Uploads } from './manage/imports/uploads';
import { TokenAgentsController } from './manage/tokens/token-agents.controller';
import { TokenLinksController } from './manage/tokens/token-links.controller';
import { TokensController } from './manage/tokens/tokens.controller';
import { AgentDatasets } from './mcp/agent-datasets';
import { AgentIdentity } from './mcp/agent-identity';
import { AgentTools } from './mcp/agent-tools';
import { DescribeDataset } from './mcp/describe-dataset';
import { FittingPages } from './mcp/fitting-pages';
import { McpRequests } from './mcp/mcp-requests';
import { NamedTools } from './mcp/named-tools';
import { QueryDataset } from './mcp/query-dataset';
import { ResultLinks } from './mcp/result-links';
import { SearchDatasets } from './mcp/search-datasets';
import { SendRows } from './mcp/send-rows';
import { ConsentsController } from './oauth/consents.controller';
import { OAuthRequests } from './oauth/oauth-requests';
import { odataProviders } from './odata/odata-providers';
import { ChangesPlanner } from './reading/changes-planner';
import { CursorSeal } from './reading/cursor-seal';
import { History } from './reading/history';
import { InstallationKey } from './reading/installation-key';
import { KnownVersions } from './reading/known-versions';
import { Pages } from './reading/pages';
import { PlanCache } from './reading/plan-cache';
import { QueryPlanner } from './reading/query-planner';
import { ReplicaMetrics } from './replicas/replica-metrics';
import { ReplicaFeed, Replicas } from './replicas/replicas';
import { resourceProviders } from './resources/resources';
import { CataloguePresence } from './routing/catalogue-presence';
import { RouteFeed, Routes } from './routing/route-feed';
import { SnapshotFeed } from './routing/snapshot-feed';
import { Snapshots } from './routing/snapshots';
import { SendBodies } from './sending/send-body';
import { Sends } from './sending/sends';
import { EventStreams } from './streams/event-streams';
import { LiveRequestFeed, LiveRequests } from './usage/live-requests';
import { RequestLogFeed } from './usage/request-log-feed';
import { UsageFeed } from './usage/usage-feed';
import { AdminVerdictFeed, AdminVerdicts } from './verdicts/admin-verdicts';
import { VerdictFeed, Verdicts } from './verdicts/verdicts';

/** The HTTP edge. It owns no data: what it holds are proofs and copies that the services behind it vouch for. */
@Module({})
export class GatewayModule {
  static with(config: GatewayConfig): DynamicModule {
    return {
      module: GatewayModule,
      imports: [
        loggingModule('gateway', config.LOG_LEVEL),
        HealthModule.with(config),
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
        CommitsController,
        ProfilesController,
        ApiLinksController,
        TokenLinksController,
        TokenAgentsController,
        ConsentsController,
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
        LeakedTokenController,
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
        AdminIdentity,
        ScannerKeys,
        Admission,
        TokenOrKeyGuard,
        AccessTokenStrategy,
        AdminKeyStrategy,
        Routes,
        Replicas,
        Snapshots,
        SendBodies,
        Sends,
        ReplicaMetrics,
        InstallationKey,
        CursorSeal,
        KnownVersions,
        History,
        QueryPlanner,
        Pages,
        PlanCache,
        Answers,
        ChangesPlanner,
        ...resourceProviders,
        Exports,
        ViewFileAnswers,
        DataRequests,
        LinkSeal,
        LinkMaker,
        LinkRequests,
        FileLinks,
        SharedTables,
        TableStates,
        TableFiles,
        TableChanges,
        TableAnswers,
        SharedTableRequests,
        SharingRequests,
        AgentDatasets,
        AgentIdentity,
        OAuthRequests,
        FittingPages,
        ResultLinks,
        SearchDatasets,
        DescribeDataset,
        QueryDataset,
        SendRows,
        NamedTools,
        AgentTools,
        McpRequests,
        ...odataProviders,
        ...catalogProviders,
        ExampleRows,
        ApiDocuments,
        DatasetDeletion,
        AuditLog,
        Uploads,
        UsageFeed,
        RequestLogFeed,
        LiveRequests,
        EventStreams,
      ],
    };
  }
}

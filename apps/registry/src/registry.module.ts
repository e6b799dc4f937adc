import { type DynamicModule, Module } from '@nestjs/common';
import { ServiceModule } from '@sluice/service/service.module';
import { ApiCreation } from './apis/api-creation';
import { ApiDeletion } from './apis/api-deletion';
import { ApiEntries } from './apis/api-entries';
import { ApisController } from './apis/apis.controller';
import { ApisService } from './apis/apis.service';
import { AssignmentsService } from './apis/assignments.service';
import { NamingChecks } from './apis/naming-checks';
import { REGISTRY_CONFIG, type RegistryConfig } from './config/registry-config';
import { DomainsController } from './domains/domains.controller';
import { DomainsService } from './domains/domains.service';
import { IDEMPOTENCY_KEYS, IdempotencyKeyStore, idempotencyKeySchema } from './idempotency/idempotency-key.store';
import { IdempotencyKeysController } from './idempotency/idempotency-keys.controller';
import { IdempotencyKeysService } from './idempotency/idempotency-keys.service';
import { registryMigrations } from './migrations/registry-migrations';
import { RequestLogController } from './requests/request-log.controller';
import { REQUESTS, RequestLogStore, requestSchema } from './requests/request-log.store';
import { ApiChanges } from './serving/api-changes';
import { ApiServing } from './serving/api-serving';
import { Datasets } from './serving/datasets';
import { Followers } from './serving/followers';
import { FollowersController } from './serving/followers.controller';
import { RoutesController } from './serving/routes.controller';
import { RoutesService } from './serving/routes.service';
import { SourceChecks } from './serving/source-checks';
import { SurplusVersions } from './serving/surplus-versions';
import { APIS, apiSchema } from './stores/api-doc';
import { ApisStore } from './stores/apis.store';
import { DOMAINS, domainSchema } from './stores/domain-doc';
import { DomainsStore } from './stores/domains.store';
import { REMOVED_APIS, RemovedApiStore, removedApiSchema } from './stores/removed-api.store';
import { UsageController } from './usage/usage.controller';
import { UsageService } from './usage/usage.service';
import { UsageStore } from './usage/usage.store';
import { USAGE, usageSchema } from './usage/usage-doc';

/** The whole registry service. */
@Module({})
export class RegistryModule {
  static with(config: RegistryConfig): DynamicModule {
    return {
      module: RegistryModule,
      imports: [
        ServiceModule.with({
          name: 'registry',
          config,
          schemas: {
            [APIS]: apiSchema,
            [REMOVED_APIS]: removedApiSchema,
            [DOMAINS]: domainSchema,
            [USAGE]: usageSchema,
            [REQUESTS]: requestSchema,
            [IDEMPOTENCY_KEYS]: idempotencyKeySchema,
          },
          migrations: registryMigrations,
          audited: [APIS, DOMAINS],
        }),
      ],
      controllers: [
        ApisController,
        RoutesController,
        DomainsController,
        FollowersController,
        UsageController,
        RequestLogController,
        IdempotencyKeysController,
      ],
      providers: [
        { provide: REGISTRY_CONFIG, useValue: config },
        ApisStore,
        RemovedApiStore,
        ApiChanges,
        NamingChecks,
        SourceChecks,
        ApiEntries,
        ApiDeletion,
        ApiCreation,
        ApiServing,
        ApisService,
        AssignmentsService,
        Datasets,
        DomainsStore,
        DomainsService,
        Followers,
        SurplusVersions,
        RoutesService,
        UsageStore,
        UsageService,
        RequestLogStore,
        IdempotencyKeyStore,
        IdempotencyKeysService,
      ],
    };
  }
}

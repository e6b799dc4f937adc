import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { getConnectionToken, MongooseModule } from '@nestjs/mongoose';
import type { auditContracts } from '@sluice/contracts/audit';
import { MessagingModule } from '@sluice/messaging/messaging.module';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { HealthModule } from '@sluice/runtime/health.module';
import { loggingModule } from '@sluice/runtime/logging';
import { MetricsController } from '@sluice/runtime/metrics.controller';
import { Readiness } from '@sluice/runtime/readiness';
import type { ServiceEnvironment } from '@sluice/runtime/service-environment';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { Formats } from '@sluice/storage/formats';
import type { Migration } from '@sluice/storage/migrations';
import { MongoReadiness, mongoModule } from '@sluice/storage/mongo';
import { RestoreFence } from '@sluice/storage/restore-fence';
import { RevocationLedger } from '@sluice/storage/revocation-ledger';
import type { Connection, Schema } from 'mongoose';
import { auditController } from './audit-controller';

interface ServiceParts {
  /** Names its database, its queue group, its user of the bus and its log lines. */
  name: keyof typeof auditContracts;
  config: ServiceEnvironment;
  /** The schemas of its collections, by the collections' names. */
  schemas: Readonly<Record<string, Schema>>;
  /** The collections whose documents carry entries for the audit log. */
  audited: readonly string[];
  /** What brings its data from how earlier releases wrote it to how this one does, in their order. */
  migrations?: readonly Migration[];
  /** The directories in which it keeps something, by what they are called. */
  directories?: Readonly<Record<string, string>>;
}

/**
 * Gives a service that owns data all that it has in common with the others: log, health, metrics, the bus, its database
 * with its collections, and its audit log.
 */
@Module({})
export class ServiceModule {
  static with({ name, config, schemas, audited, migrations = [], directories }: ServiceParts): DynamicModule {
    const collections = MongooseModule.forFeature(
      Object.entries(schemas).map(([collection, schema]) => ({ name: collection, schema })),
    );
    return {
      module: ServiceModule,
      imports: [
        loggingModule(name, config.LOG_LEVEL),
        HealthModule.with(config, directories),
        MessagingModule.forService({
          service: name,
          servers: config.NATS_URL,
          user: config.NATS_USER,
          password: config.NATS_PASSWORD,
        }),
        mongoModule(name, config.MONGO_URL),
        collections,
      ],
      controllers: [MetricsController, auditController(name)],
      providers: [
        MongoReadiness,
        {
          provide: Formats,
          useFactory: (connection: Connection, readiness: Readiness) =>
            Formats.open(connection, { migrations }, readiness),
          inject: [getConnectionToken(), Readiness],
        },
        {
          provide: AuditTrail,
          useFactory: (connection: Connection, clock: Clock) => new AuditTrail(connection, clock, audited),
          inject: [getConnectionToken(), CLOCK],
        },
        {
          provide: RevocationLedger,
          useFactory: (connection: Connection, readiness: Readiness) =>
            new RevocationLedger(connection, name, config.SLUICE_WITNESS_FILE, readiness),
          inject: [getConnectionToken(), Readiness],
        },
        { provide: APP_GUARD, useClass: RestoreFence },
      ],
      exports: [AuditTrail, RevocationLedger, collections],
    };
  }
}

import { Controller, type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Dataset, getDataset, getVersion, type Version } from '@sluice/contracts/catalogue/datasets';
import type { RequestOf } from '@sluice/contracts/contract';
import type { Field } from '@sluice/contracts/fields';
import { noLimits } from '@sluice/contracts/tokens/token-limits';
import { getToken, type Token, type TokenState } from '@sluice/contracts/tokens/tokens';
import { Handles } from '@sluice/messaging/handles';
import { MessagingModule } from '@sluice/messaging/messaging.module';
import { refuse } from '@sluice/messaging/service-error';
import { HealthModule } from '@sluice/runtime/health.module';
import { newId } from '@sluice/runtime/ids';
import { startService } from './local-service';

const datasets = new Map<string, Version[]>();
const readsLeft = new Map<string, number>();
const tokens = new Map<string, Token>();

/** Catalogue and tokens as registry sees them, with the content that a test gives them. */
@Controller()
class NeighboursController {
  @Handles(getDataset)
  async getDataset({ datasetId }: RequestOf<typeof getDataset>): Promise<Dataset> {
    const versions = datasets.get(datasetId);
    const reads = readsLeft.get(datasetId) ?? Number.POSITIVE_INFINITY;
    readsLeft.set(datasetId, reads - 1);
    if (!versions || reads <= 0) throw refuse(getDataset, 'dataset_not_found');
    return {
      id: datasetId,
      name: datasetId,
      description: '',
      latestVersion: versions.at(-1)?.number ?? null,
      fields: versions.at(-1)?.fields ?? [],
      keyFields: null,
      keepVersions: null,
      reading: null,
      createdAt: new Date().toISOString(),
      revision: 1,
    };
  }

  @Handles(getVersion)
  async getVersion({ datasetId, number }: RequestOf<typeof getVersion>): Promise<Version> {
    const versions = datasets.get(datasetId);
    if (!versions) throw refuse(getVersion, 'dataset_not_found');
    const version = number === undefined ? versions.at(-1) : versions[number - 1];
    if (!version) throw refuse(getVersion, 'version_not_found');
    return version;
  }

  @Handles(getToken)
  async getToken({ tokenId }: RequestOf<typeof getToken>): Promise<Token> {
    const token = tokens.get(tokenId);
    if (!token) throw refuse(getToken, 'token_not_found');
    return token;
  }
}

@Module({})
class NeighboursModule {
  static with(natsUrl: string): DynamicModule {
    return {
      module: NeighboursModule,
      imports: [HealthModule, MessagingModule.forService({ service: 'neighbours', servers: [natsUrl] })],
      controllers: [NeighboursController],
    };
  }
}

export function startNeighbours(natsUrl: string): Promise<NestFastifyApplication> {
  return startService(NeighboursModule.with(natsUrl));
}

/** A dataset with this many versions. */
export function addDataset(versions = 1): string {
  const datasetId = newId('ds');
  datasets.set(datasetId, []);
  for (let i = 0; i < versions; i++) addVersion(datasetId);
  return datasetId;
}

export function addVersion(datasetId: string, fields = [field('region')]): Version {
  const versions = datasets.get(datasetId) ?? [];
  const version: Version = {
    id: newId('ver'),
    datasetId,
    number: versions.length + 1,
    rowCount: 1,
    seq: 0,
    firstCommit: versions.length + 1,
    byteSize: 1,
    fields,
    keyFields: null,
    note: '',
    reading: null,
    warnings: [],
    createdAt: new Date().toISOString(),
  };
  versions.push(version);
  return version;
}

/** The dataset is gone after it was asked for this often. */
export function removeDatasetAfter(datasetId: string, reads: number): void {
  readsLeft.set(datasetId, reads);
}

export function addToken(state: TokenState = 'active'): string {
  const id = newId('tok');
  const createdAt = new Date().toISOString();
  const unused = { description: '', expiresAt: null, lastUsedAt: null, createdBy: null, rotation: null, leak: null };
  tokens.set(id, { id, name: id, hint: 'slc_test', state, createdAt, limits: noLimits, ...unused, revision: 1 });
  return id;
}

export function field(name: string, label = name, type: Field['type'] = 'text'): Field {
  return { name, label, type, nullable: false, min: null, max: null, distinct: null };
}

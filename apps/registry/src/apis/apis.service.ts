import { Inject, Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import type { Fault } from '@sluice/contracts/fault';
import {
  type ApiSettings,
  ApiSettingsChange,
  changedSettings,
  openSettings,
} from '@sluice/contracts/registry/api-settings';
import {
  type Api,
  type countApis,
  type createApi,
  deleteApi,
  getApi,
  type listApis,
  setApiActive,
  updateApi,
  type validateApi,
} from '@sluice/contracts/registry/apis';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { REGISTRY_CONFIG, type RegistryConfig } from '../config/registry-config';
import { normalHost, refuseFaults } from '../rules/api-rules';
import { settingsFaults } from '../rules/settings-rules';
import { ApiChanges } from '../serving/api-changes';
import { ApiServing } from '../serving/api-serving';
import { apiOf } from '../serving/api-view';
import { Followers } from '../serving/followers';
import { SourceChecks } from '../serving/source-checks';
import { type ApiDoc, nextModifiedAt, settingsOf } from '../stores/api-doc';
import { type ApiChange, ApisStore, type Serving } from '../stores/apis.store';
import { ApiCreation } from './api-creation';
import { ApiDeletion } from './api-deletion';
import { ApiEntries } from './api-entries';
import { type Naming, NamingChecks } from './naming-checks';

/** How often a change is tried again when others change the same API meanwhile. */
const MAX_TRIES = 20;

/** The rules of API definitions. */
@Injectable()
export class ApisService {
  constructor(
    private readonly store: ApisStore,
    private readonly creation: ApiCreation,
    private readonly naming: NamingChecks,
    private readonly sources: SourceChecks,
    private readonly serving: ApiServing,
    private readonly deletion: ApiDeletion,
    private readonly entries: ApiEntries,
    private readonly changes: ApiChanges,
    private readonly followers: Followers,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(REGISTRY_CONFIG) private readonly config: RegistryConfig,
  ) {}

  async create(request: RequestOf<typeof createApi>): Promise<Api> {
    const doc = await this.creation.create(request);
    await this.changes.commit(doc);
    if (doc.version === null) await this.followers.catchUp(doc.datasetId);
    return this.present(doc);
  }

  /** Checks a definition by the rules of saving, without saving: forms ask while one types. */
  async validate(request: RequestOf<typeof validateApi>): Promise<ReplyOf<typeof validateApi>> {
    const { name, method, domain = null, path = null, apiId } = request;
    const naming = { name, method, domain, path };
    const [named, found, proposed] = await Promise.all([
      this.naming.check(naming, apiId),
      apiId === undefined ? this.sourceFaults(request) : this.changeFaults(apiId, request),
      apiId === undefined && path === null ? this.creation.proposePath(naming) : null,
    ]);
    const faults = [...named, ...found];
    return { valid: faults.length === 0, faults, ...(proposed !== null && { path: proposed }) };
  }

  private async sourceFaults(request: RequestOf<typeof validateApi>): Promise<Fault[]> {
    const { datasetId, method, version = null, active = false } = request;
    if (datasetId === undefined) return [];
    const { served, faults } = await this.sources.check({ datasetId, version, method, active });
    return [...faults, ...settingsFaults(changedSettings(openSettings, request), served?.fields ?? null)];
  }

  private async changeFaults(apiId: string, request: RequestOf<typeof validateApi>): Promise<Fault[]> {
    const doc = await this.store.find(apiId);
    if (!doc) return [];
    const { method, version = doc.version, active = doc.active } = request;
    const settings = JSON.stringify(changedSettings(settingsOf(doc), request));
    return (await this.serving.check(doc, { method, version, active, settings }, renewedBy(request))).faults;
  }

  async get(apiId: string): Promise<Api> {
    const doc = await this.store.find(apiId);
    if (!doc) throw refuse(getApi, 'api_not_found');
    return this.present(doc);
  }

  async list(request: RequestOf<typeof listApis>): Promise<ReplyOf<typeof listApis>> {
    const { docs, page } = await this.store.search(request);
    return { data: docs.map((doc) => this.present(doc)), page };
  }

  async count({ datasetIds, tokenIds }: RequestOf<typeof countApis>): Promise<ReplyOf<typeof countApis>> {
    const [over, opened] = await Promise.all([
      this.store.countBy('datasetId', datasetIds),
      this.store.countBy('tokenIds', tokenIds),
    ]);
    return { counts: { ...over, ...opened } };
  }

  async update(request: RequestOf<typeof updateApi>): Promise<Api> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const doc = await this.store.find(request.apiId);
      if (!doc) throw refuse(updateApi, 'api_not_found');
      if (doc.revision !== request.revision) throw refuse(updateApi, 'revision_mismatch');
      const change = changeOf(doc, request);
      const { serving, faults } = await this.check(doc, change, renewedBy(request));
      refuseFaults(faults);
      try {
        const whole = { ...change, ...serving, ...this.moments(doc, change) };
        const updated = await this.store.update(doc, whole, this.entries.changed('api.updated', doc, whole));
        if (!updated) continue;
        await this.changes.commit(updated);
        if (serving.served && updated.version === null) await this.followers.catchUp(updated.datasetId);
        return this.present(updated);
      } catch (error) {
        // Somebody took the name or path since it was checked: the next check says so in the words of the API.
        if (!isDuplicateKey(error)) throw error;
      }
    }
    throw new ServiceError('overloaded');
  }

  async setActive({ apiId, active }: RequestOf<typeof setApiActive>): Promise<Api> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const doc = await this.store.find(apiId);
      if (!doc) throw refuse(setApiActive, 'api_not_found');
      if (doc.active === active) return this.present(await this.settled(doc));
      const { serving, faults } = await this.serving.check(doc, { active });
      if (faults.length > 0) throw refuse(setApiActive, 'invalid_request', faults[0]?.detail, faults);
      const change = { active, ...serving, ...this.moments(doc, { active }) };
      const action = active ? 'api.activated' : 'api.deactivated';
      const updated = await this.store.update(doc, change, this.entries.changed(action, doc, change));
      if (!updated) continue;
      await this.changes.commit(updated);
      return this.present(updated);
    }
    throw new ServiceError('overloaded');
  }

  /** Its name and path are free at once. */
  async delete(apiId: string): Promise<Record<string, never>> {
    if (!(await this.deletion.delete(apiId))) throw refuse(deleteApi, 'api_not_found');
    return {};
  }

  async countByVersion(datasetId: string, number: number): Promise<{ count: number }> {
    return { count: await this.store.countByVersion(datasetId, number) };
  }

  async countByDataset(datasetId: string): Promise<{ count: number }> {
    return { count: await this.store.countByDataset(datasetId) };
  }

  private async check(
    doc: ApiDoc,
    change: ApiChange,
    renewed: readonly (keyof ApiSettings)[],
  ): Promise<{ serving: Partial<Serving>; faults: Fault[] }> {
    const naming: Naming = { ...doc, ...change };
    const [named, { serving, faults }] = await Promise.all([
      this.naming.check(naming, doc._id),
      this.serving.check(doc, change, renewed),
    ]);
    return { serving, faults: [...named, ...faults] };
  }

  private moments(doc: ApiDoc, change: ApiChange): ApiChange {
    const nowMs = this.clock.wallMs();
    const modifiedAt = nextModifiedAt(doc, nowMs);
    return change.active && !doc.firstActiveAt ? { modifiedAt, firstActiveAt: new Date(nowMs) } : { modifiedAt };
  }

  /** An API in a state that somebody else gave it is only reported once that change is counted. */
  private async settled(doc: ApiDoc): Promise<ApiDoc> {
    if (doc.pendingRev) await this.changes.commit(doc);
    return doc;
  }

  private present(doc: ApiDoc): Api {
    return apiOf(doc, this.config.SLUICE_PUBLIC_URL);
  }
}

function changeOf(doc: ApiDoc, request: RequestOf<typeof updateApi>): ApiChange {
  const { name = doc.name, description = doc.description, method = doc.method, active = doc.active } = request;
  const { version = doc.version, domain = doc.domain, path = doc.path, listed = doc.listed } = request;
  const settings = JSON.stringify(changedSettings(settingsOf(doc), request));
  return {
    name: name.trim(),
    description,
    method,
    active,
    version,
    domain: normalHost(domain),
    path,
    ...(listed !== (doc.listed ?? false) && { listed }),
    ...(renewedBy(request).length > 0 && { settings }),
  };
}

const settingNames = ApiSettingsChange.keyof().options;

/** The settings that a change speaks of, be it with their default. */
function renewedBy(request: ApiSettingsChange): (keyof ApiSettings)[] {
  return settingNames.filter((name) => request[name] !== undefined);
}

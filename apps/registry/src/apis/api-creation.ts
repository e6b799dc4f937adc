import { randomInt } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { RequestOf } from '@sluice/contracts/contract';
import { changedSettings, openSettings } from '@sluice/contracts/registry/api-settings';
import type { createApi } from '@sluice/contracts/registry/apis';
import { ServiceError } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { newId } from '@sluice/runtime/ids';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { fault, nameFault, normalHost, refuseFaults } from '../rules/api-rules';
import { settingsFaults } from '../rules/settings-rules';
import { slugOf, variants } from '../rules/slug';
import { Datasets } from '../serving/datasets';
import { type Source, SourceChecks } from '../serving/source-checks';
import { type ApiDoc, nextModifiedAt, placeOf } from '../stores/api-doc';
import { ApisStore } from '../stores/apis.store';
import { DomainsStore } from '../stores/domains.store';
import { ApiDeletion } from './api-deletion';
import { ApiEntries } from './api-entries';
import { type Naming, NamingChecks } from './naming-checks';

/** How often a free slug is looked for again when others take it meanwhile. */
const MAX_TRIES = 100;
const SLUGS_TRIED = 200;
const SPREAD = 8;

/** Creates API definitions that hold together with what they name, whatever happens at the same time. */
@Injectable()
export class ApiCreation {
  constructor(
    private readonly store: ApisStore,
    private readonly naming: NamingChecks,
    private readonly sources: SourceChecks,
    private readonly deletion: ApiDeletion,
    private readonly entries: ApiEntries,
    private readonly datasets: Datasets,
    private readonly domains: DomainsStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The API as inserted, its change not yet counted. Throws `invalid_request`, `name_taken` or `path_taken` with every fault. */
  async create(request: RequestOf<typeof createApi>): Promise<ApiDoc> {
    const { datasetId, description, method, active, listed, version = null, path = null } = request;
    const naming: Naming = { name: request.name.trim(), method, path, domain: normalHost(request.domain ?? null) };
    const source: Source = { datasetId, version, method, active };
    const [named, { served, faults }] = await Promise.all([this.naming.check(naming), this.sources.check(source)]);
    const settings = changedSettings(openSettings, request);
    refuseFaults([...named, ...faults, ...settingsFaults(settings, served?.fields ?? null)]);
    const told = { description, ...(listed && { listed }), settings: JSON.stringify(settings) };
    const doc = await this.insert({ ...naming, ...source, ...told, served });
    await this.confirm(doc);
    return doc;
  }

  /** Gives the path that an API without one would get now, made from its name; null while the name is no name. */
  async proposePath({ name, domain, method }: Naming): Promise<string | null> {
    if (nameFault(name)) return null;
    const naming: Naming = { name, method, domain: normalHost(domain), path: null };
    return (await this.free(naming, newId('api', this.clock.wallMs()), 0)).path;
  }

  private async insert(
    api: Naming & Source & Pick<ApiDoc, 'description' | 'listed' | 'served'> & { settings: string },
  ): Promise<ApiDoc> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const createdAt = new Date(this.clock.wallMs());
      const _id = newId('api', createdAt.getTime());
      const names = await this.free(api, _id, tries);
      try {
        const modifiedAt = nextModifiedAt({}, createdAt.getTime());
        const firstActiveAt = api.active ? createdAt : null;
        const made = { ...api, ...names, _id, createdAt, modifiedAt, firstActiveAt };
        const entry = this.entries.created({ ...made, tokenIds: [], deletedAt: null, revision: 1 });
        return await this.store.insert({ ...made, pendingAudit: [entry] });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        // Somebody was faster since the check: that is a fault now, unless only what registry chose is taken.
        const chosen = isDuplicateKey(error, 'slug') || (api.path === null && isDuplicateKey(error, 'place'));
        if (!chosen) refuseFaults(await this.naming.check(api));
      }
    }
    throw new ServiceError('overloaded');
  }

  /**
   * A free slug, and the path: as given, or the slug where it is a free path too. The first free one at first; those who
   * lose it to each other then spread out.
   */
  private async free(api: Naming, id: string, tries: number): Promise<{ slug: string; path: string }> {
    const base = slugOf(api.name);
    const candidates = [...variants(base, SLUGS_TRIED), `${base}-${id.slice(-10)}`];
    const place = (path: string) => placeOf({ ...api, path });
    const [slugs, places] = await Promise.all([
      this.store.takenSlugs(candidates),
      this.store.takenPlaces(api.path === null ? candidates.map(place) : []),
    ]);
    const free = candidates.filter((text) => !slugs.includes(text) && !places.includes(place(text)));
    const slug = free[randomInt(Math.min(1 + SPREAD * tries, Math.max(1, free.length)))];
    if (slug === undefined) throw new ServiceError('overloaded');
    return { slug, path: api.path ?? slug };
  }

  /**
   * The dataset or domain may have been deleted between the check and the insert. A deletion looks for APIs after
   * hiding the thing, so that looking once more from this side leaves no gap; the API then takes itself back.
   */
  private async confirm(doc: ApiDoc): Promise<void> {
    try {
      const [dataset, version, domain] = await Promise.all([
        this.datasets.find(doc.datasetId),
        doc.version === null || this.datasets.findVersion(doc.datasetId, doc.version),
        doc.domain === null || this.domains.has(doc.domain),
      ]);
      refuseFaults([
        ...(dataset ? [] : [fault('/datasetId', 'dataset_not_found', 'The dataset was deleted meanwhile')]),
        ...(version ? [] : [fault('/version', 'version_not_found', 'The version was deleted meanwhile')]),
        ...(domain ? [] : [fault('/domain', 'unknown_domain', 'The domain was removed meanwhile')]),
      ]);
    } catch (error) {
      await this.deletion.delete(doc._id);
      throw error;
    }
  }
}

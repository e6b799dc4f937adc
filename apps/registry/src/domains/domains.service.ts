import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { createDomain, type Domain, deleteDomain } from '@sluice/contracts/domains';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { ApisStore } from '../apis/apis.store';
import { REGISTRY_CONFIG, type RegistryConfig } from '../config';
import { domainOf } from './domain-doc';
import { DomainsStore } from './domains.store';

/** The rules of domains: the public URL's host is one of them for good, one that an API names stays. */
@Injectable()
export class DomainsService implements OnApplicationBootstrap {
  private readonly publicHost: string;

  constructor(
    private readonly store: DomainsStore,
    private readonly apis: ApisStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(REGISTRY_CONFIG) config: RegistryConfig,
  ) {
    this.publicHost = config.SLUICE_PUBLIC_URL.hostname;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.store.insert({ _id: this.publicHost, createdAt: new Date(this.clock.wallMs()) });
  }

  async list(): Promise<{ data: Domain[] }> {
    return { data: (await this.store.list()).map(domainOf) };
  }

  async create(name: string): Promise<Domain> {
    const doc = { _id: name, createdAt: new Date(this.clock.wallMs()) };
    if (!(await this.store.insert(doc))) throw refuse(createDomain, 'domain_taken');
    return domainOf(doc);
  }

  /** Removes first and looks for APIs then, so that an API that is being created meanwhile is seen by one side or the other. */
  async delete(name: string): Promise<Record<string, never>> {
    if (name === this.publicHost)
      throw refuse(deleteDomain, 'domain_in_use', 'It is the host of the public URL of this installation');
    const removed = await this.store.remove(name);
    if (!removed) throw refuse(deleteDomain, 'domain_not_found');
    if (!(await this.apis.usesDomain(name))) return {};
    await this.store.insert(removed);
    throw refuse(deleteDomain, 'domain_in_use');
  }
}

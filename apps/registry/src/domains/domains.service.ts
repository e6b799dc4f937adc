import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { createDomain, type Domain, deleteDomain } from '@sluice/contracts/registry/domains';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { REGISTRY_CONFIG, type RegistryConfig } from '../config/registry-config';
import { ApisStore } from '../stores/apis.store';
import { DOMAINS, type DomainDoc, domainOf } from '../stores/domain-doc';
import { DomainsStore } from '../stores/domains.store';

/** The rules of domains: the public URL's host is one of them for good, one that an API names stays. */
@Injectable()
export class DomainsService implements OnApplicationBootstrap {
  private readonly publicHost: string;

  constructor(
    private readonly store: DomainsStore,
    private readonly apis: ApisStore,
    private readonly trail: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(REGISTRY_CONFIG) config: RegistryConfig,
  ) {
    this.publicHost = config.SLUICE_PUBLIC_URL.hostname;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.add(this.publicHost);
  }

  async list(): Promise<{ data: Domain[] }> {
    return { data: (await this.store.list()).map(domainOf) };
  }

  async create(name: string): Promise<Domain> {
    const doc = await this.add(name);
    if (!doc) throw refuse(createDomain, 'domain_taken');
    return domainOf(doc);
  }

  /** Hides it first and looks for APIs then, so that an API that is being created meanwhile is seen by one side or the other. */
  async delete(name: string): Promise<Record<string, never>> {
    if (name === this.publicHost)
      throw refuse(deleteDomain, 'domain_in_use', 'It is the host of the public URL of this installation');
    const marked = await this.store.mark(name);
    if (!marked) throw refuse(deleteDomain, 'domain_not_found');
    if (await this.apis.usesDomain(name)) {
      await this.store.unmark(name);
      throw refuse(deleteDomain, 'domain_in_use');
    }
    const removed = await this.store.removeMarked(marked, this.entry('domain.deleted', name));
    if (!removed) throw refuse(deleteDomain, 'domain_not_found');
    await this.trail.settle(DOMAINS, removed);
    return {};
  }

  /** Null when it is there already. */
  private async add(name: string): Promise<DomainDoc | null> {
    const createdAt = new Date(this.clock.wallMs());
    const doc = { _id: name, createdAt, pendingAudit: [this.entry('domain.created', name)] };
    if (!(await this.store.insert(doc))) return null;
    await this.trail.settle(DOMAINS, doc);
    return doc;
  }

  private entry(action: 'domain.created' | 'domain.deleted', name: string): AuditEntryDoc {
    const [before, after] = action === 'domain.created' ? [null, { name }] : [{ name }, null];
    return this.trail.entry({ action, resource: { id: name, name }, before, after });
  }
}

import { Controller } from '@nestjs/common';
import type { RequestOf } from '@sluice/contracts/contract';
import { createDomain, type Domain, deleteDomain, listDomains } from '@sluice/contracts/registry/domains';
import { Handles } from '@sluice/messaging/handles';
import { DomainsService } from './domains.service';

@Controller()
export class DomainsController {
  constructor(private readonly domains: DomainsService) {}

  @Handles(listDomains)
  list(): Promise<{ data: Domain[] }> {
    return this.domains.list();
  }

  @Handles(createDomain)
  create(request: RequestOf<typeof createDomain>): Promise<Domain> {
    return this.domains.create(request.name);
  }

  @Handles(deleteDomain)
  delete(request: RequestOf<typeof deleteDomain>): Promise<Record<string, never>> {
    return this.domains.delete(request.name);
  }
}

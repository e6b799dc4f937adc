import { Injectable } from '@nestjs/common';
import type { Fault } from '@sluice/contracts/fault';
import { MAX_PATH_LENGTH, type Method } from '@sluice/contracts/registry/apis';
import { domainFault, fault, nameFault, pathFault } from '../rules/api-rules';
import { variants } from '../rules/slug';
import { placeOf } from '../stores/api-doc';
import { ApisStore } from '../stores/apis.store';
import { DomainsStore } from '../stores/domains.store';

/** How an API is to be found. A null path is one that registry will choose. */
export interface Naming {
  name: string;
  domain: string | null;
  method: Method;
  path: string | null;
}

const FREE_PATHS_TRIED = 50;

/** Checks name, domain and path of an API before it is saved: every fault at once, each at its place. */
@Injectable()
export class NamingChecks {
  constructor(
    private readonly store: ApisStore,
    private readonly domains: DomainsStore,
  ) {}

  /** The faults of name, domain and path; the API `selfId` may keep its own. */
  async check(naming: Naming, selfId?: string): Promise<Fault[]> {
    const [name, domain] = await Promise.all([this.name(naming.name, selfId), this.domain(naming.domain)]);
    // Whether a path is free can only be told for a domain that exists.
    const path = naming.path === null ? null : await this.path({ ...naming, path: naming.path }, selfId, !domain);
    return [name, domain, path].filter((found) => found !== null);
  }

  private async name(name: string, selfId: string | undefined): Promise<Fault | null> {
    const malformed = nameFault(name);
    if (malformed || !(await this.store.takenName(name.trim(), selfId))) return malformed;
    return fault('/name', 'name_taken', 'Another API has this name');
  }

  private async domain(domain: string | null): Promise<Fault | null> {
    if (domain === null) return null;
    return domainFault(
      domain,
      (await this.domains.list()).map(({ _id }) => _id),
    );
  }

  private async path(
    place: Naming & { path: string },
    selfId: string | undefined,
    domainExists: boolean,
  ): Promise<Fault | null> {
    const malformed = pathFault(place.path);
    if (malformed || !domainExists) return malformed;
    const candidates = variants(place.path, FREE_PATHS_TRIED)
      .filter((path) => path.length <= MAX_PATH_LENGTH)
      .map((path) => ({
        path,
        place: placeOf({ ...place, path }),
      }));
    const taken = await this.store.takenPlaces(
      candidates.map((candidate) => candidate.place),
      selfId,
    );
    const free = candidates.find((candidate) => !taken.includes(candidate.place));
    if (free?.path === place.path) return null;
    const where = place.domain === null ? 'without a domain of its own' : `on ${place.domain}`;
    return {
      ...fault('/path', 'path_taken', `Another ${place.method} API ${where} has this path`),
      ...(free && { hint: `${free.path} is free`, suggestions: [free.path] }),
    };
  }
}

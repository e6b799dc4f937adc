import type { Method } from '@sluice/contracts/apis';
import type { Route } from '@sluice/contracts/routes';

/** Every API that this gateway knows of, found by address, id or slug. */
export class RouteTable {
  private readonly byId = new Map<string, Route>();
  private readonly byAddress = new Map<string, Route>();
  private readonly bySlug = new Map<string, Route>();

  /** The API at an address; one for exactly this domain wins over one for any. Inactive ones are found too. */
  find(domain: string, path: string, method: Method): Route | undefined {
    return this.byAddress.get(address(domain, path, method)) ?? this.byAddress.get(address(null, path, method));
  }

  get(apiId: string): Route | undefined {
    return this.byId.get(apiId);
  }

  findBySlug(slug: string): Route | undefined {
    return this.bySlug.get(slug);
  }

  /** Takes the state of one API after a change, or its end. */
  put(apiId: string, route: Route | null): void {
    const known = this.byId.get(apiId);
    if (known) this.remove(known);
    if (!route) return;
    this.byId.set(apiId, route);
    this.bySlug.set(route.slug, route);
    this.byAddress.set(addressOf(route), route);
  }

  private remove(route: Route): void {
    this.byId.delete(route.apiId);
    this.bySlug.delete(route.slug);
    if (this.byAddress.get(addressOf(route)) === route) this.byAddress.delete(addressOf(route));
  }
}

function addressOf(route: Route): string {
  return address(route.domain, route.path, route.method);
}

function address(domain: string | null, path: string, method: Method): string {
  return `${method} ${domain ?? '*'}/${path}`;
}

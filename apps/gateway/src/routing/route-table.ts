import type { Method } from '@sluice/contracts/registry/apis';
import type { Route } from '@sluice/contracts/registry/routes';

/** Every API that this gateway knows of, found by address, id or slug. */
export class RouteTable {
  private readonly byId = new Map<string, Route>();
  /** Under each path, which is at hand with each request; few APIs share one. */
  private readonly byPath = new Map<string, Route[]>();
  private readonly bySlug = new Map<string, Route>();
  private inCatalog: readonly Route[] | null = null;

  /** The API at an address; one for exactly this domain wins over one for any. Inactive ones are found too. */
  find(domain: string, path: string, method: Method): Route | undefined {
    let ofAny: Route | undefined;
    for (const route of this.byPath.get(path) ?? []) {
      if (route.method !== method) continue;
      if (route.domain === domain) return route;
      if (route.domain === null) ofAny = route;
    }
    return ofAny;
  }

  get(apiId: string): Route | undefined {
    return this.byId.get(apiId);
  }

  findBySlug(slug: string): Route | undefined {
    return this.bySlug.get(slug);
  }

  all(): Iterable<Route> {
    return this.byId.values();
  }

  /** Gives those that everybody is told of, the oldest first: the same list until one of them changes. */
  listed(): readonly Route[] {
    this.inCatalog ??= [...this.byId.values()].filter(isTold).sort((a, b) => (a.apiId < b.apiId ? -1 : 1));
    return this.inCatalog;
  }

  /** Takes the state of one API after a change, or its end. */
  put(apiId: string, route: Route | null): void {
    const known = this.byId.get(apiId);
    if ((known && isTold(known)) || (route && isTold(route))) this.inCatalog = null;
    if (known) this.remove(known);
    if (!route) return;
    this.byId.set(apiId, route);
    this.bySlug.set(route.slug, route);
    this.byPath.set(route.path, [...this.others(route), route]);
  }

  private remove(route: Route): void {
    this.byId.delete(route.apiId);
    this.bySlug.delete(route.slug);
    const others = this.byPath.get(route.path)?.filter((each) => each !== route) ?? [];
    if (others.length > 0) this.byPath.set(route.path, others);
    else this.byPath.delete(route.path);
  }

  /** Puts a route at its address, in place of the one that was there: that API has moved on or gone, as an event of its own tells. */
  private others({ path, method, domain }: Route): Route[] {
    return (this.byPath.get(path) ?? []).filter((each) => each.method !== method || each.domain !== domain);
  }
}

function isTold({ listed, active }: Route): boolean {
  return listed && active;
}

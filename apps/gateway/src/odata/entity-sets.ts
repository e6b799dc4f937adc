import { Injectable } from '@nestjs/common';
import type { Route } from '@sluice/contracts/registry/routes';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { canBeSet, setName } from '@sluice/query/values/entity-set';
import type { View } from '@sluice/query/views/view';
import { HttpProblem } from '../http/problem';
import { viewOfRoute } from '../reading/row-source';
import { Routes } from '../routing/route-feed';
import { canBeKey, nameOfIdentifier } from './edm';
import { KeyFields } from './key-fields';

const OPENED_AT_ONCE = 16;

/** An API as OData has it. */
export interface EntitySet {
  name: string;
  route: Route;
  view: View;
  /** The fields that name a row; null where it gets a key of ours (`RowKeys`). */
  key: string[] | null;
}

/** Tells what a token may read by OData: each API that gives rows as JSON and is assigned to it is an entity set. */
@Injectable()
export class EntitySets {
  constructor(
    private readonly routes: Routes,
    private readonly keys: KeyFields,
  ) {}

  /** Lists the names of sets with the names of their APIs, in order. */
  list(verdict: Verdict): { name: string; route: Route }[] {
    return [...this.table().all()]
      .filter((route) => isGiven(route, verdict))
      .map((route) => ({ name: setName(route.slug), route }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Finds the API of a set. What is not assigned to the token is not there. */
  find(verdict: Verdict, name: string): Route {
    const route = this.table().findBySlug(nameOfIdentifier(name).replaceAll('_', '-'));
    if (route && isGiven(route, verdict) && setName(route.slug) === name) return route;
    const detail = `there is no set ${name.slice(0, 100)}: an API that gives rows, assigned to the token`;
    throw new HttpProblem('not_found', { detail });
  }

  /** Makes the set of an API as it is now. */
  async open(route: Route): Promise<EntitySet> {
    const view = viewOfRoute(route);
    const names = await this.keys.find(route);
    const isShown = names?.every((name) => view.fields.some((field) => field.name === name && canBeKey(field)));
    return { name: setName(route.slug), route, view, key: isShown ? names : null };
  }

  /** Makes every set of a token. The catalogue is asked for keys that are not known yet, some at a time. */
  async openAll(verdict: Verdict): Promise<EntitySet[]> {
    const sets: EntitySet[] = [];
    const listed = this.list(verdict);
    for (let at = 0; at < listed.length; at += OPENED_AT_ONCE)
      sets.push(...(await Promise.all(listed.slice(at, at + OPENED_AT_ONCE).map(({ route }) => this.open(route)))));
    return sets;
  }

  private table() {
    const table = this.routes.table();
    if (!table) throw new HttpProblem('unavailable', { detail: 'the gateway does not know its routes yet' });
    return table;
  }
}

function isGiven({ method, active, settings, tokenIds }: Route, verdict: Verdict): boolean {
  return active && canBeSet(method, settings.formats) && tokenIds.includes(verdict.id);
}

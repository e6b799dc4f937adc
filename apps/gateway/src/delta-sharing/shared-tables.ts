import { Inject, Injectable } from '@nestjs/common';
import type { Route } from '@sluice/contracts/registry/routes';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { HttpProblem } from '../http/problem';
import { Routes } from '../routing/route-feed';

/** APIs of any domain stand in this schema. */
const DEFAULT_SCHEMA = 'default';

/** A table as lists have it; ids never change. */
export interface SharedTable {
  name: string;
  schema: string;
  share: string;
  id: string;
}

/** Tells what a token may read by Delta Sharing: each API that gives rows, may be exported and is assigned to it is a table. */
@Injectable()
export class SharedTables {
  constructor(
    private readonly routes: Routes,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** The one share of the installation. Throws where another is asked for. */
  share(name?: string): { name: string } {
    const { SLUICE_SHARE_NAME: own } = this.config;
    if (name !== undefined && name !== own.toLowerCase())
      throw new HttpProblem('not_found', { detail: `there is no share ${name.slice(0, 100)}: the one here is ${own}` });
    return { name: own };
  }

  schemas(verdict: Verdict): { name: string; share: string }[] {
    const names = new Set(this.sharedWith(verdict).map(schemaOf));
    return [...names].sort().map((name) => ({ name, share: this.config.SLUICE_SHARE_NAME }));
  }

  /** Lists tables in order of their names, of all schemas without one. */
  tables(verdict: Verdict, schema?: string): SharedTable[] {
    return this.sharedWith(verdict)
      .filter((route) => schema === undefined || schemaOf(route) === schema)
      .map((route) => ({
        name: route.slug,
        schema: schemaOf(route),
        share: this.config.SLUICE_SHARE_NAME,
        id: route.apiId,
      }))
      .sort((a, b) => compare(a.schema, b.schema) || compare(a.name, b.name));
  }

  /** Finds the API of a table. What is not assigned to the token is not there. */
  find(verdict: Verdict, schema: string, table: string): Route {
    const route = this.table().findBySlug(table);
    if (!route || !isShared(route, verdict) || schemaOf(route) !== schema) {
      const detail = `there is no table ${schema}.${table}`.slice(0, 200);
      throw new HttpProblem('not_found', { detail: `${detail}: an API that may be exported, assigned to the token` });
    }
    return route;
  }

  private sharedWith(verdict: Verdict): Route[] {
    return [...this.table().all()].filter((route) => isShared(route, verdict));
  }

  private table() {
    const table = this.routes.table();
    if (!table) throw new HttpProblem('unavailable', { detail: 'the gateway does not know its routes yet' });
    return table;
  }
}

function isShared({ method, active, settings, tokenIds }: Route, verdict: Verdict): boolean {
  return method === 'GET' && active && settings.export && tokenIds.includes(verdict.id);
}

function schemaOf({ domain }: Route): string {
  return domain ?? DEFAULT_SCHEMA;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

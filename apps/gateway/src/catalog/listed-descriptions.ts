import { Inject, Injectable } from '@nestjs/common';
import type { Route } from '@sluice/contracts/registry/routes';
import { LRUCache } from 'lru-cache';
import { type Document, sendDocument, writeDocument } from '../answering/documents';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { isDeprecated } from '../docs/announced-answers';
import { makeReadDocument } from '../docs/api-document';
import { croissantOf } from '../docs/croissant';
import { dataPackageOf } from '../docs/data-package';
import { makeSendDocument } from '../docs/send-document';
import { HttpProblem } from '../http/problem';
import { KnownVersions } from '../reading/known-versions';
import { sourceOfRoute, viewOfRoute } from '../reading/row-source';
import type { DataCall } from '../resources/resource';
import type { ResourceName } from '../routing/locate';
import { Snapshots } from '../routing/snapshots';
import { openEndpoint, openRoute } from './open-route';

const KEPT_BYTES = 8 * 1024 ** 2;

/** Answers what describes a listed API for those who may not use it: without examples, or anything else of its rows. */
@Injectable()
export class ListedDescriptions {
  /** Those of one state of an API are written once, however many ask. */
  private readonly kept = new LRUCache<string, Document>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ answer }) => 2 * answer.body.length,
  });

  constructor(
    private readonly snapshots: Snapshots,
    private readonly versions: KnownVersions,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  async answer(call: DataCall, resource: ResourceName): Promise<void> {
    const route = await this.snapshots.current(call.route);
    const commit = await this.versions.commitAt(sourceOfRoute(route), route);
    const { apiId, revision, snapshot } = route;
    const key = [resource, apiId, revision, snapshot.versionId, snapshot.seq, commit, isDeprecated(route)].join(' ');
    const document = this.kept.get(key) ?? writeDocument(this.describe(openRoute(route), commit, resource));
    this.kept.set(key, document);
    await sendDocument(call, document);
  }

  private describe(route: Route, commit: number | null, resource: ResourceName): object {
    const { origin } = new URL(openEndpoint(route, this.config.SLUICE_PUBLIC_URL));
    if (resource === 'openapi') {
      return route.method === 'POST' ? makeSendDocument(route, origin) : makeReadDocument(route, origin, {});
    }
    const view = viewOfRoute(route);
    if (!view.export) throw new HttpProblem('not_found', { detail: 'this API is read by pages' });
    return (resource === 'croissant' ? croissantOf : dataPackageOf)({ route, view, commit, origin });
  }
}

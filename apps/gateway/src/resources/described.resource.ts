import { Injectable } from '@nestjs/common';
import { sendDocument, writeDocument } from '../answering/documents';
import { croissantOf } from '../docs/croissant';
import { dataPackageOf } from '../docs/data-package';
import type { DescribedApi } from '../docs/described-api';
import { HttpProblem } from '../http/problem';
import { KnownVersions } from '../reading/known-versions';
import { currentRoute } from '../reading/min-snapshot';
import { sourceOfRoute, viewOfRoute } from '../reading/row-source';
import { Snapshots } from '../routing/snapshots';
import type { DataCall, Resource } from './resource';

/** A description of an API for catalogues, which name its rows as of now. */
abstract class DescribedResource implements Resource {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly versions: KnownVersions,
  ) {}

  protected abstract describe(api: DescribedApi): object;

  async answer(call: DataCall): Promise<void> {
    const { request } = call;
    const route = await currentRoute(this.snapshots, call.route, request);
    const view = viewOfRoute(route);
    if (!view.export) throw new HttpProblem('not_found', { detail: 'this API is read by pages' });
    const source = sourceOfRoute(route);
    const commit = await this.versions.commitAt(source, source);
    const origin = `${request.protocol}://${route.domain ?? request.host}`;
    await sendDocument(call, writeDocument(this.describe({ route, view, commit, origin })));
  }
}

/** `GET {path}/_datapackage.json`: the API as a Data Package. */
@Injectable()
export class DataPackageResource extends DescribedResource {
  constructor(snapshots: Snapshots, versions: KnownVersions) {
    super(snapshots, versions);
  }

  protected describe(api: DescribedApi): object {
    return dataPackageOf(api);
  }
}

/** `GET {path}/_croissant.json`: the API as a Croissant dataset. */
@Injectable()
export class CroissantResource extends DescribedResource {
  constructor(snapshots: Snapshots, versions: KnownVersions) {
    super(snapshots, versions);
  }

  protected describe(api: DescribedApi): object {
    return croissantOf(api);
  }
}

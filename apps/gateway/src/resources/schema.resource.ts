import { Injectable } from '@nestjs/common';
import { sendDocument, writeDocument } from '../answering/documents';
import { describeApi } from '../docs/api-schema';
import { currentRoute } from '../reading/min-snapshot';
import { Snapshots } from '../routing/snapshots';
import type { DataCall, Resource } from './resource';

/** `GET {path}/_schema`: everything that a query may say, or what a row has to be. */
@Injectable()
export class SchemaResource implements Resource {
  constructor(private readonly snapshots: Snapshots) {}

  async answer(call: DataCall): Promise<void> {
    const { route, request } = call;
    await sendDocument(call, writeDocument(describeApi(await currentRoute(this.snapshots, route, request))));
  }
}

import { Injectable } from '@nestjs/common';
import { sendDocument, writeDocument } from '../answering/documents';
import { ApiDocuments } from '../docs/api-documents';
import { currentRoute } from '../reading/min-snapshot';
import { Snapshots } from '../routing/snapshots';
import type { DataCall, Resource } from './resource';

/** `GET {path}/_openapi.json`: the OpenAPI document of the API. */
@Injectable()
export class OpenapiResource implements Resource {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly documents: ApiDocuments,
  ) {}

  async answer(call: DataCall): Promise<void> {
    const { route, request } = call;
    const current = await currentRoute(this.snapshots, route, request);
    await sendDocument(call, writeDocument(await this.documents.make(current, request)));
  }
}

import { Injectable } from '@nestjs/common';
import type { ResourceName } from '../routing/locate';
import { ChangesResource } from './changes.resource';
import { CroissantResource, DataPackageResource } from './described.resource';
import { ExportResource } from './export.resource';
import { LinksResource } from './links.resource';
import { OpenapiResource } from './openapi.resource';
import { ParquetResource } from './parquet.resource';
import { QueryResource } from './query.resource';
import type { Resource } from './resource';
import { RowsResource } from './rows.resource';
import { SchemaResource } from './schema.resource';
import { SendsResource } from './sends.resource';

/** Holds every resource of an API under its name. */
@Injectable()
export class Resources implements Readonly<Record<ResourceName, Resource>> {
  constructor(
    readonly rows: RowsResource,
    readonly sends: SendsResource,
    readonly query: QueryResource,
    readonly exports: ExportResource,
    readonly parquet: ParquetResource,
    readonly links: LinksResource,
    readonly changes: ChangesResource,
    readonly schema: SchemaResource,
    readonly openapi: OpenapiResource,
    readonly dataPackage: DataPackageResource,
    readonly croissant: CroissantResource,
  ) {}
}

/** The providers of this room. */
export const resourceProviders = [
  RowsResource,
  SendsResource,
  QueryResource,
  ExportResource,
  ParquetResource,
  LinksResource,
  ChangesResource,
  SchemaResource,
  OpenapiResource,
  DataPackageResource,
  CroissantResource,
  Resources,
];

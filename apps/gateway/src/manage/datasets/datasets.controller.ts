import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  CreateDataset,
  createDataset,
  DATASET_SORTS,
  Dataset,
  deleteDataset,
  deleteVersion,
  getDataset,
  getVersion,
  listDatasets,
  listVersions,
  markDatasetDeleting,
  markVersionDeleting,
  UpdateDataset,
  updateDataset,
  Version,
} from '@sluice/contracts/catalogue/datasets';
import { exportRows } from '@sluice/contracts/catalogue/row-formats';
import { readRows } from '@sluice/contracts/catalogue/rows';
import type { RequestOf } from '@sluice/contracts/contract';
import { DatasetId } from '@sluice/contracts/ids';
import { pageOf } from '@sluice/contracts/page';
import { Services } from '@sluice/messaging/services';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Answers } from '../../answering/answers';
import { Exports } from '../../answering/exports';
import { Access } from '../../auth/access';
import { Describes, TakesQuery } from '../../docs/describes';
import { rowsOfVersion } from '../../docs/page-schemas';
import { IdPipe, VersionNumber } from '../../http/id.pipe';
import { ListQuery, pageRequest, searchQuery, searchRequestOf } from '../../http/list-query';
import { IfMatch, TakesRevision, withRevision } from '../../http/revision';
import { searchOf } from '../../http/search';
import { QueryPlanner } from '../../reading/query-planner';
import { type RowSource, sourceOfVersion } from '../../reading/row-source';
import { Snapshots } from '../../routing/snapshots';
import { Idempotent } from '../idempotent';
import { DatasetDeletion } from './dataset-deletion';

const ListDatasetsQuery = searchQuery(DATASET_SORTS);
const datasetId = new IdPipe(DatasetId, 'dataset_not_found');
const versionNumber = new VersionNumber();

@ApiTags('datasets')
@Controller('manage/v1/datasets')
@Access('viewer')
export class DatasetsController {
  constructor(
    private readonly services: Services,
    private readonly deletion: DatasetDeletion,
    private readonly planner: QueryPlanner,
    private readonly answers: Answers,
    private readonly exports: Exports,
    private readonly snapshots: Snapshots,
  ) {}

  @Describes('Create a dataset', 'A dataset is a name for versions, which imports add.', createDataset)
  @Access('editor')
  @Idempotent()
  @Post()
  @ApiCreatedResponse({ standardSchema: Dataset })
  async create(
    @Body({ schema: CreateDataset }) body: RequestOf<typeof createDataset>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Dataset> {
    return withRevision(reply, await this.services.request(createDataset, body));
  }

  @Describes('List datasets', 'All datasets, or those that match, newest first unless sorted.', listDatasets)
  @Get()
  @ApiOkResponse({ standardSchema: listDatasets.reply })
  list(@Query({ schema: ListDatasetsQuery }) query: z.output<typeof ListDatasetsQuery>) {
    return this.services.request(listDatasets, searchRequestOf(query));
  }

  @Describes('Read a dataset', 'One dataset, with the revision that a change has to name.', getDataset)
  @Get(':datasetId')
  @ApiOkResponse({ standardSchema: Dataset })
  async get(
    @Param('datasetId', datasetId) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Dataset> {
    return withRevision(reply, await this.services.request(getDataset, { datasetId: id }));
  }

  @Describes('Change a dataset', 'Changes the members that are sent; what is absent stays.', updateDataset)
  @Access('editor')
  @Patch(':datasetId')
  @TakesRevision()
  @ApiOkResponse({ standardSchema: Dataset })
  async update(
    @Param('datasetId', datasetId) id: string,
    @IfMatch() revision: number,
    @Body({ schema: UpdateDataset }) body: z.output<typeof UpdateDataset>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Dataset> {
    return withRevision(reply, await this.services.request(updateDataset, { ...body, datasetId: id, revision }));
  }

  @Describes(
    'Delete a dataset',
    'Deletes it with all of its versions. It is refused while an API uses the dataset.',
    markDatasetDeleting,
    deleteDataset,
    'dataset_in_use',
  )
  @Access('editor')
  @Delete(':datasetId')
  @HttpCode(204)
  @ApiNoContentResponse()
  delete(@Param('datasetId', datasetId) id: string): Promise<void> {
    return this.deletion.delete(id);
  }

  @Describes('List versions', 'The versions of a dataset, newest first.', listVersions)
  @Get(':datasetId/versions')
  @ApiOkResponse({ standardSchema: pageOf(Version) })
  listVersions(@Param('datasetId', datasetId) id: string, @Query({ schema: ListQuery }) query: ListQuery) {
    return this.services.request(listVersions, { ...pageRequest(query), datasetId: id });
  }

  @Describes(
    'Read a version',
    'One immutable version: its fields with their types and ranges, and where it came from.',
    getVersion,
  )
  @Get(':datasetId/versions/:number')
  @ApiOkResponse({ standardSchema: Version })
  getVersion(
    @Param('datasetId', datasetId) id: string,
    @Param('number', versionNumber) number: number,
  ): Promise<Version> {
    return this.services.request(getVersion, { datasetId: id, number });
  }

  @Describes(
    'Delete a version',
    'Never the latest one, nor one that an API serves.',
    markVersionDeleting,
    deleteVersion,
    'version_in_use',
  )
  @Access('editor')
  @Delete(':datasetId/versions/:number')
  @HttpCode(204)
  @ApiNoContentResponse()
  deleteVersion(
    @Param('datasetId', datasetId) id: string,
    @Param('number', versionNumber) number: number,
  ): Promise<void> {
    return this.deletion.deleteVersion(id, number);
  }

  @Describes(
    'Look into a version',
    'A page of rows, those that were sent to it included. Takes the parameters of an API’s endpoint: filters by field, `_select`, `_sort`, `_limit`, `_cursor` and the other controls.',
    getVersion,
    readRows,
    'invalid_query',
    'cursor_mismatch',
    'not_acceptable',
  )
  @TakesQuery()
  @ApiOkResponse({ content: { 'application/json': { schema: rowsOfVersion } } })
  @Get(':datasetId/versions/:number/rows')
  async preview(
    @Param('datasetId', datasetId) id: string,
    @Param('number', versionNumber) number: number,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const asked = { resource: 'rows' as const, search: searchOf(request) };
    const plan = await this.planner.plan(await this.source(id, number), asked);
    await this.answers.send(request, reply, plan);
  }

  @Describes(
    'Download a version',
    'All rows of a version, those that were sent to it included, or of a query over it, streamed in any format.',
    getVersion,
    exportRows,
    'invalid_query',
    'not_acceptable',
  )
  @TakesQuery()
  @ApiOkResponse({ content: { 'application/json': { schema: { type: 'array', items: { type: 'object' } } } } })
  @Get(':datasetId/versions/:number/export')
  async export(
    @Param('datasetId', datasetId) id: string,
    @Param('number', versionNumber) number: number,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const asked = { resource: 'exports' as const, search: searchOf(request) };
    const plan = await this.planner.plan(await this.source(id, number), asked);
    await this.exports.send(request, reply, plan);
  }

  private async source(datasetId: string, number: number): Promise<RowSource> {
    const version = await this.services.request(getVersion, { datasetId, number });
    return sourceOfVersion(version, await this.snapshots.newest(version.id));
  }
}

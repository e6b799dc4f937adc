import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  CreateDataset,
  createDataset,
  Dataset,
  getDataset,
  getVersion,
  listDatasets,
  listVersions,
  UpdateDataset,
  updateDataset,
  Version,
} from '@sluice/contracts/catalogue/datasets';
import type { RequestOf } from '@sluice/contracts/contract';
import { DatasetId } from '@sluice/contracts/ids';
import { pageOf } from '@sluice/contracts/page';
import { Services } from '@sluice/messaging/services';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Answers } from '../../answering/answers';
import { Exports } from '../../answering/exports';
import { Access } from '../../auth/access';
import { IdPipe, VersionNumber } from '../../http/id.pipe';
import { ListQuery, pageRequest } from '../../http/list-query';
import { IfMatch, withRevision } from '../../http/revision';
import { searchOf } from '../../http/search';
import { QueryPlanner } from '../../reading/query-planner';
import { type RowSource, sourceOfVersion } from '../../reading/row-source';
import { Idempotent } from '../idempotent';
import { DatasetDeletion } from './dataset-deletion';

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
  ) {}

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

  @Get()
  @ApiOkResponse({ standardSchema: pageOf(Dataset) })
  list(@Query({ schema: ListQuery }) query: ListQuery) {
    return this.services.request(listDatasets, pageRequest(query));
  }

  @Get(':datasetId')
  @ApiOkResponse({ standardSchema: Dataset })
  async get(
    @Param('datasetId', datasetId) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Dataset> {
    return withRevision(reply, await this.services.request(getDataset, { datasetId: id }));
  }

  @Access('editor')
  @Patch(':datasetId')
  @ApiHeader({ name: 'If-Match', required: true })
  @ApiOkResponse({ standardSchema: Dataset })
  async update(
    @Param('datasetId', datasetId) id: string,
    @IfMatch() revision: number,
    @Body({ schema: UpdateDataset }) body: z.output<typeof UpdateDataset>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Dataset> {
    return withRevision(reply, await this.services.request(updateDataset, { ...body, datasetId: id, revision }));
  }

  /** Answers 409 while an API uses the dataset. */
  @Access('editor')
  @Delete(':datasetId')
  @HttpCode(204)
  @ApiNoContentResponse()
  delete(@Param('datasetId', datasetId) id: string): Promise<void> {
    return this.deletion.delete(id);
  }

  @Get(':datasetId/versions')
  @ApiOkResponse({ standardSchema: pageOf(Version) })
  listVersions(@Param('datasetId', datasetId) id: string, @Query({ schema: ListQuery }) query: ListQuery) {
    return this.services.request(listVersions, { ...pageRequest(query), datasetId: id });
  }

  @Get(':datasetId/versions/:number')
  @ApiOkResponse({ standardSchema: Version })
  getVersion(
    @Param('datasetId', datasetId) id: string,
    @Param('number', versionNumber) number: number,
  ): Promise<Version> {
    return this.services.request(getVersion, { datasetId: id, number });
  }

  /** Deletes a version; never the latest one, nor one that an API serves. */
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

  /** A look into a version, in the query language of the endpoints. */
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

  /** All rows of a version, or of a query over it, streamed in any format. */
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
    return sourceOfVersion(await this.services.request(getVersion, { datasetId, number }));
  }
}

import { Controller, Get, type MessageEvent, Param, Post, Query, Req, Res, Sse } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiTags,
} from '@nestjs/swagger';
import { getVersion, Version } from '@sluice/contracts/datasets';
import { DatasetId, ImportId } from '@sluice/contracts/ids';
import { getImport, Import } from '@sluice/contracts/imports';
import { Services } from '@sluice/messaging/services';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { distinctUntilChanged, exhaustMap, map, type Observable, takeWhile, timer } from 'rxjs';
import { Access } from '../auth/access';
import { IdPipe } from './id.pipe';
import { Idempotent } from './idempotent';
import { preferredWaitMs } from './prefer';
import { UploadQuery } from './upload-options';
import { uploadedFile } from './uploaded-file';
import { isFinal, refuseFailed, Uploads } from './uploads';

const PROGRESS_MS = 500;
const datasetId = new IdPipe(DatasetId, 'dataset_not_found');
const importId = new IdPipe(ImportId, 'import_not_found');

@ApiTags('datasets')
@Controller('manage/v1')
@Access('viewer')
export class ImportsController {
  constructor(
    private readonly services: Services,
    private readonly uploads: Uploads,
  ) {}

  /** Imports the body as a new version. With `Prefer: wait=<seconds>` the answer waits for the version. */
  @Access('editor')
  @Idempotent()
  @Post('datasets/:datasetId/versions')
  @RouteConfig({ streamsBody: true })
  @ApiConsumes(
    'text/csv',
    'text/tab-separated-values',
    'application/json',
    'application/x-ndjson',
    'application/vnd.apache.parquet',
    'multipart/form-data',
  )
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiHeader({ name: 'Prefer', required: false, description: 'wait=30: answer with the version once it is there' })
  @ApiAcceptedResponse({ standardSchema: Import, description: 'The file is received, the import goes on' })
  @ApiCreatedResponse({ standardSchema: Version, description: 'The version is published' })
  async upload(
    @Param('datasetId', datasetId) id: string,
    @Query({ schema: UploadQuery }) query: UploadQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Import | Version> {
    const { options, body } = await uploadedFile(request, query);
    const started = await this.uploads.send(id, options, body);
    reply.header('sluice-import', started.id);
    const state = await this.uploads.settled(started.id, preferredWaitMs(request.headers.prefer));
    refuseFailed(state);
    if (state.version === null) {
      reply.status(202).header('location', `/manage/v1/imports/${state.id}`);
      return state;
    }
    reply.status(201).header('location', `/manage/v1/datasets/${id}/versions/${state.version}`);
    return await this.services.request(getVersion, { datasetId: id, number: state.version });
  }

  @Get('imports/:importId')
  @ApiOkResponse({ standardSchema: Import })
  get(@Param('importId', importId) id: string): Promise<Import> {
    return this.services.request(getImport, { importId: id });
  }

  /** Server-sent events: the import whenever it moved on; the last one is `done` or `failed`. */
  @Sse('imports/:importId/events')
  events(@Param('importId', importId) id: string): Observable<MessageEvent> {
    return timer(0, PROGRESS_MS).pipe(
      exhaustMap(() => this.services.request(getImport, { importId: id })),
      distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
      takeWhile((state) => !isFinal(state), true),
      map((state) => ({ type: state.phase, data: state })),
    );
  }
}

import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  type MessageEvent,
  Param,
  Post,
  Query,
  Req,
  Res,
  Sse,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiTags,
} from '@nestjs/swagger';
import { getVersion, Version } from '@sluice/contracts/catalogue/datasets';
import {
  cancelImport,
  getImport,
  getImportReview,
  Import,
  ImportReview,
  listImports,
  PublishImport,
  publishImport,
  startImport,
  TryReading,
  tryReading,
} from '@sluice/contracts/catalogue/imports';
import type { ReplyOf } from '@sluice/contracts/contract';
import { DatasetId, ImportId } from '@sluice/contracts/ids';
import { pageOf } from '@sluice/contracts/page';
import { Services } from '@sluice/messaging/services';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { distinctUntilChanged, exhaustMap, map, type Observable, takeWhile, timer } from 'rxjs';
import { z } from 'zod';
import { textOf } from '../../answering/text-of';
import { Access } from '../../auth/access';
import { Describes } from '../../docs/describes';
import { IdPipe } from '../../http/id.pipe';
import { ListQuery, pageRequest } from '../../http/list-query';
import { preferredWaitMs } from '../../http/prefer';
import { EventStreams, streamLimits } from '../../streams/event-streams';
import { Idempotent } from '../idempotent';
import { UploadQuery } from './upload-options';
import { findUploadedFile } from './uploaded-file';
import { isFinal, refuseFailed, Uploads } from './uploads';

const PROGRESS_MS = 500;
/** Longest wait of an answer for the types that were asked for to be tried, so that it can refuse them. */
const TRIAL_MS = 3_000;
/** The first rows as the endpoints would answer them. */
const ReviewAnswer = ImportReview.extend({ rows: z.array(z.record(z.string(), z.unknown())) }).meta({
  id: 'ImportReviewRows',
});
const datasetId = new IdPipe(DatasetId, 'dataset_not_found');
const importId = new IdPipe(ImportId, 'import_not_found');

@ApiTags('datasets')
@Controller('manage/v1')
@Access('viewer')
export class ImportsController {
  constructor(
    private readonly services: Services,
    private readonly uploads: Uploads,
    private readonly streams: EventStreams,
  ) {}

  @Describes(
    'Import a file as a new version',
    'The body is the file. With `Prefer: wait=<seconds>` the answer waits for the version (201); otherwise it is the import (202), which goes on. Rows that cannot be read are told by line and column.',
    startImport,
    getImport,
    getVersion,
    'unsupported_media_type',
    'invalid_file',
    'memory_exceeded',
    'import_cancelled',
    'import_expired',
    'import_interrupted',
    'upload_interrupted',
  )
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
    const { options, body } = await findUploadedFile(request, query);
    // A large file takes minutes, in which the gateway only passes it on.
    request.place?.pause();
    const started = await this.uploads.send(id, options, body);
    reply.header('sluice-import', started.id);
    return await this.answer(started.id, preferredWaitMs(request.headers.prefer), reply);
  }

  @Describes(
    'List imports of a dataset',
    'The imports that are under way or wait for a decision, newest first. Ended ones are not among them.',
    listImports,
  )
  @Get('datasets/:datasetId/imports')
  @ApiOkResponse({ standardSchema: pageOf(Import) })
  list(
    @Param('datasetId', datasetId) id: string,
    @Query({ schema: ListQuery }) query: ListQuery,
  ): Promise<ReplyOf<typeof listImports>> {
    return this.services.request(listImports, { ...pageRequest(query), datasetId: id });
  }

  @Describes(
    'Look at an import that waits',
    'What it found: its fields with their types, warnings, and the first rows as the endpoints would answer them.',
    getImportReview,
  )
  @Get('imports/:importId/review')
  @ApiOkResponse({ standardSchema: ReviewAnswer })
  async review(@Param('importId', importId) id: string, @Res() reply: FastifyReply): Promise<void> {
    const { head, bytes } = await this.services.request(getImportReview, { importId: id });
    // The rows are passed on as they came: parsed and written again, large numbers would lose digits.
    const text = `${JSON.stringify(head).slice(0, -1)},"rows":${await textOf(bytes)}}`;
    reply.type('application/json; charset=utf-8').send(text);
  }

  @Describes(
    'Let a waiting import go on',
    'Types that its values do not fit are refused (422), and it goes on waiting.',
    publishImport,
    getImport,
    getVersion,
    'invalid_file',
    'memory_exceeded',
    'import_cancelled',
    'import_expired',
    'import_interrupted',
  )
  @Access('editor')
  @Post('imports/:importId/publish')
  @ApiHeader({ name: 'Prefer', required: false, description: 'wait=30: answer with the version once it is there' })
  @ApiAcceptedResponse({ standardSchema: Import, description: 'The import goes on' })
  @ApiCreatedResponse({ standardSchema: Version, description: 'The version is published' })
  async publish(
    @Param('importId', importId) id: string,
    @Body({ schema: PublishImport }) body: z.output<typeof PublishImport>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Import | Version> {
    await this.services.request(publishImport, { ...body, importId: id });
    return await this.answer(id, Math.max(preferredWaitMs(request.headers.prefer), TRIAL_MS), reply);
  }

  @Describes(
    'Read the file anew',
    'Reads the file of a waiting import in another way. Answers with the import once it waits again, or while it is read.',
    tryReading,
  )
  @Access('editor')
  @Post('imports/:importId/reading')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: Import })
  async read(
    @Param('importId', importId) id: string,
    @Body({ schema: TryReading }) body: z.output<typeof TryReading>,
    @Req() request: FastifyRequest,
  ): Promise<Import> {
    await this.services.request(tryReading, { ...body, importId: id });
    const state = await this.uploads.waitUntilSettled(id, Math.max(preferredWaitMs(request.headers.prefer), TRIAL_MS));
    refuseFailed(state);
    return state;
  }

  @Describes('Cancel an import', 'Ends an import that has not published, and leaves nothing of it.', cancelImport)
  @Access('editor')
  @Delete('imports/:importId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async cancel(@Param('importId', importId) id: string): Promise<void> {
    await this.services.request(cancelImport, { importId: id });
  }

  @Describes(
    'Read an import',
    'Its phase and counters; the version once it is published, the error once it has failed.',
    getImport,
  )
  @Get('imports/:importId')
  @ApiOkResponse({ standardSchema: Import })
  get(@Param('importId', importId) id: string): Promise<Import> {
    return this.services.request(getImport, { importId: id });
  }

  @Describes(
    'Watch an import',
    'Server-sent events: the import whenever it moved on; the last one is `done` or `failed`.',
    getImport,
  )
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @Sse('imports/:importId/events', streamLimits)
  events(
    @Param('importId', importId) id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Observable<MessageEvent> {
    const states = timer(0, PROGRESS_MS).pipe(
      exhaustMap(() => this.services.request(getImport, { importId: id })),
      distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
      takeWhile((state) => !isFinal(state), true),
      map((state) => ({ type: state.phase, data: state })),
    );
    return this.streams.stream(request, reply, states);
  }

  /** Answers with the version once it is published, or the import as it stands when the time is over. */
  private async answer(id: string, waitMs: number, reply: FastifyReply): Promise<Import | Version> {
    const state = await this.uploads.waitUntilSettled(id, waitMs);
    refuseFailed(state);
    const { datasetId, version: number } = state;
    if (number === null) {
      reply.status(202).header('location', `/manage/v1/imports/${id}`);
      return state;
    }
    reply.status(201).header('location', `/manage/v1/datasets/${datasetId}/versions/${number}`);
    return await this.services.request(getVersion, { datasetId, number });
  }
}

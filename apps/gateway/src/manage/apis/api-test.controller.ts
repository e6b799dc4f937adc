import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { sendFormats } from '@sluice/contracts/catalogue/sends';
import { TestApi, TestedApi } from '@sluice/contracts/gateway/api-test';
import { ApiId } from '@sluice/contracts/ids';
import { formatOfType } from '@sluice/contracts/media-types';
import type { Route } from '@sluice/contracts/registry/routes';
import { getToken } from '@sluice/contracts/tokens/tokens';
import { ServiceError } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { requestScope } from '@sluice/runtime/request-scope';
import { writeEnvelope } from '../../answering/envelope';
import { textOf } from '../../answering/text-of';
import { Access } from '../../auth/access';
import { Describes } from '../../docs/describes';
import { IdPipe } from '../../http/id.pipe';
import { HttpProblem, problemOf } from '../../http/problem';
import { Pages } from '../../reading/pages';
import { sourceOfRoute } from '../../reading/row-source';
import { authorise } from '../../routing/locate';
import { Routes } from '../../routing/route-feed';
import { Snapshots } from '../../routing/snapshots';
import { Sends, sendAnswer } from '../../sending/sends';
import { routeOfApi } from './route-of-api';

type Answered = Pick<TestedApi['response'], 'status' | 'body'>;

/** Tries an API in place: the steps of a data request with an assigned token, whose secret nobody needs for it. */
@ApiTags('apis')
@Controller('manage/v1/apis/:apiId/test')
@Access('editor')
export class ApiTestController {
  constructor(
    private readonly services: Services,
    private readonly routes: Routes,
    private readonly pages: Pages,
    private readonly sends: Sends,
    private readonly snapshots: Snapshots,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Describes(
    'Try an API',
    'Answers what a consumer with an assigned token would get, without the token’s secret. With `dryRun` sent rows are only checked.',
    getToken,
    'api_not_found',
    'dataset_empty',
    'no_assigned_token',
  )
  @Post()
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: TestedApi })
  async test(
    @Param('apiId', new IdPipe(ApiId, 'api_not_found')) apiId: string,
    @Body({ schema: TestApi }) asked: TestApi,
  ): Promise<TestedApi> {
    const route = await routeOfApi(this.routes, this.services, apiId);
    const chosen = asked.tokenId ?? route.tokenIds[0];
    if (!chosen) throw new HttpProblem('no_assigned_token', { detail: 'assign a token to the API first' });
    const token = await this.services.request(getToken, { tokenId: chosen });
    const isRead = route.method === 'GET';
    const url = `/api/${route.path}${isRead && asked.query ? `?${asked.query}` : ''}`;
    const startedMs = this.clock.monotonicMs();
    const answer = await this.answer(async () => {
      if (token.state !== 'active') throw new HttpProblem('token_required');
      if (!route.active) throw new HttpProblem('api_not_found', { detail: 'the API is switched off' });
      authorise(route, { id: chosen, remainingMs: null, asOf: 0 });
      return isRead ? await this.read(route, asked.query) : await this.send(route, asked);
    });
    const durationMs = this.clock.monotonicMs() - startedMs;
    const headers = {
      Authorization: `Bearer ${token.hint}…`,
      Accept: 'application/json',
      ...(!isRead && { 'Content-Type': asked.contentType }),
    };
    return { request: { method: route.method, url, headers }, response: { ...answer, durationMs } };
  }

  private async read(found: Route, query: string): Promise<Answered> {
    const page = await this.pages.read(sourceOfRoute(await this.snapshots.current(found)), query);
    const { before, after } = writeEnvelope(page);
    return { status: 200, body: before + (await textOf(page.bytes)) + after };
  }

  /** A trial run is no creation: its answer says what the rows would have become. */
  private async send(route: Route, { body = '', contentType, dryRun }: TestApi): Promise<Answered> {
    const format = formatOfType(contentType, sendFormats) ?? 'json';
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const { lenient } = route.settings.send;
    const result = await this.sends.commit(route, { format, bytes }, { lenient, dryRun, idempotency: null });
    const commit = await this.sends.commitOf(route, result);
    return { status: dryRun ? 200 : 201, body: sendAnswer(route, result, commit) };
  }

  private async answer(read: () => Promise<Answered>): Promise<Omit<TestedApi['response'], 'durationMs'>> {
    try {
      return { headers: { 'content-type': 'application/json; charset=utf-8' }, ...(await read()) };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const problem = problemOf(error, requestScope.getStore()?.requestId ?? 'none');
      const headers = { 'content-type': 'application/problem+json; charset=utf-8' };
      return { status: problem.status, headers, body: JSON.stringify(problem) };
    }
  }
}

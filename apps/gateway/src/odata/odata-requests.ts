import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Admission } from '../admission/admission';
import { originReached } from '../answering/absolute-links';
import { announce } from '../answering/announced-fields';
import { AccessTokenGuard } from '../auth/bearer.guard';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { HttpProblem } from '../http/problem';
import { Limits } from '../limits/limits';
import { EntitySets } from './entity-sets';
import { ODATA_PREFIX, readODataAddress } from './odata-address';
import { takeBasicToken } from './odata-credentials';
import { jsonFormat, mediaTypeOf, metadataFormat } from './odata-format';
import { VERSION } from './odata-problem';
import { readQueryOptions } from './query-options';
import { writeSchemaJson } from './schema-json';
import { writeSchemaXml } from './schema-xml';
import { SetRequests } from './set-requests';

/** Leads each request of OData through the stages of a data request: authenticate, find, enter, limit, answer. */
@Injectable()
export class ODataRequests {
  constructor(
    private readonly tokens: AccessTokenGuard,
    private readonly admission: Admission,
    private readonly limits: Limits,
    private readonly sets: EntitySets,
    private readonly requests: SetRequests,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    reply.headers({ 'odata-version': VERSION, 'cache-control': 'no-store' });
    takeBasicToken(request);
    const verdict = await this.tokens.authenticate(request, reply);
    expectVersion(request);
    const address = readODataAddress(request.url, request.method);
    const route = 'set' in address ? this.sets.find(verdict, address.set) : null;
    if (route) {
      request.apiId = route.apiId;
      request.datasetId = route.datasetId;
    }
    request.dataClass = route ? 'page' : 'description';
    this.admission.data.enter(verdict.id, request, reply);
    const charge = await this.limits.charge(verdict, reply);
    const base = `${originReached(request, this.config.SLUICE_PUBLIC_URL) ?? ''}${ODATA_PREFIX}/`;
    if (route) announce(reply, route);
    if (route && 'set' in address) return await this.requests.answer({ request, reply, route, charge }, address, base);
    const format = readQueryOptions(request, ['$format']).system.get('$format');
    if (address.kind === 'metadata') return await this.schema(request, reply, verdict, format);
    const form = jsonFormat(request, format);
    const value = this.sets.list(verdict).map(({ name, route: { name: title } }) => {
      return { name, ...(title !== name && { title }), kind: 'EntitySet', url: name };
    });
    const context = form.metadata === 'none' ? {} : { '@odata.context': `${base}$metadata` };
    await reply.type(mediaTypeOf(form)).send(JSON.stringify({ ...context, value }));
  }

  private async schema(request: FastifyRequest, reply: FastifyReply, verdict: Verdict, format: string | undefined) {
    const kind = metadataFormat(request, format);
    const sets = await this.sets.openAll(verdict);
    if (kind === 'xml') {
      await reply.type('application/xml;charset=utf-8').send(Readable.from(writeSchemaXml(sets)));
      return;
    }
    await reply
      .header('odata-version', '4.01')
      .type('application/json;charset=utf-8')
      .send(Readable.from(writeSchemaJson(sets)));
  }
}

/** Refuses a client that only knows earlier versions (OData 4.0 part 1, section 8.2.7). */
function expectVersion({ headers }: FastifyRequest): void {
  const most = headers['odata-maxversion'];
  if (most === undefined || Number(most) >= Number(VERSION)) return;
  const fault = {
    in: 'header' as const,
    name: 'OData-MaxVersion',
    code: 'invalid_value',
    detail: `answers are of version ${VERSION}`,
  };
  throw new HttpProblem('malformed_request', {
    detail: 'the client knows no version of OData that is spoken here',
    faults: [fault],
  });
}

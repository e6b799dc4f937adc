import { Injectable } from '@nestjs/common';
import { MakeLink } from '@sluice/contracts/gateway/links';
import { recordLink } from '@sluice/contracts/tokens/links';
import { Services } from '@sluice/messaging/services';
import type { FastifyRequest } from 'fastify';
import { hashOfSentToken } from '../auth/sent-token';
import { readJsonBody } from '../http/json-body';
import { HttpProblem } from '../http/problem';
import { notValid, ValidationPipe } from '../http/validation.pipe';
import { LinkMaker } from '../links/link-maker';
import { currentRoute } from '../reading/min-snapshot';
import { Snapshots } from '../routing/snapshots';
import type { DataCall, Resource } from './resource';

const MAX_BODY_BYTES = 16 * 1024;
const BODY_TIMEOUT_MS = 10_000;
const validation = new ValidationPipe();
/** Where a controller takes a body, none and null mean an empty one. */
const NOT_AN_OBJECT = { in: 'body', pointer: '', code: 'invalid_value', detail: 'send an object' } as const;

/** `POST {path}/_links`: an address of rows for programs that cannot send a token, for as long as the token is good. */
@Injectable()
export class LinksResource implements Resource {
  constructor(
    private readonly services: Services,
    private readonly snapshots: Snapshots,
    private readonly links: LinkMaker,
  ) {}

  async answer({ request, reply, route }: DataCall): Promise<void> {
    const asked = await readRequest(request);
    const planned = await this.links.plan(await currentRoute(this.snapshots, route, request), asked);
    const secretHash = hashOfSentToken(request);
    const { linkId } = await this.services.request(recordLink, { secretHash, link: planned.terms });
    const link = await this.links.make(planned, { linkId, secretHash }, request);
    await reply.status(201).headers({ 'cache-control': 'no-store' }).send(link);
  }
}

async function readRequest(request: FastifyRequest): Promise<MakeLink> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new HttpProblem('unsupported_media_type', { detail: 'send application/json' });
  const limits = { maxBytes: MAX_BODY_BYTES, timeoutMs: BODY_TIMEOUT_MS };
  const body = await readJsonBody(request, limits, (text): unknown => JSON.parse(text));
  if (body === null) throw notValid('invalid_request', [NOT_AN_OBJECT]);
  return MakeLink.parse(await validation.transform(body, { schema: MakeLink, type: 'body' }));
}

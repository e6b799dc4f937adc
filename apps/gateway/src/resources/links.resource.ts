import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Link, MakeLink } from '@sluice/contracts/gateway/links';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { hashSecret } from '@sluice/runtime/secret-format';
import type { FastifyRequest } from 'fastify';
import { originReached } from '../answering/absolute-links';
import { inFormat } from '../answering/formats';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { readBody } from '../http/limited-body';
import { waitForClient } from '../http/places';
import { HttpProblem } from '../http/problem';
import { notValid, ValidationPipe } from '../http/validation.pipe';
import { fileName, LINKS_PREFIX } from '../links/link-requests';
import { LinkSeal } from '../links/link-seal';
import { currentRoute } from '../reading/min-snapshot';
import { QueryPlanner } from '../reading/query-planner';
import { sourceOfRoute } from '../reading/row-source';
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
    private readonly snapshots: Snapshots,
    private readonly planner: QueryPlanner,
    private readonly seal: LinkSeal,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  async answer({ request, reply, route }: DataCall): Promise<void> {
    const asked = await readRequest(request);
    const query = searchFor(asked);
    const source = sourceOfRoute(await currentRoute(this.snapshots, route, request));
    // Refused now what the link would be refused for.
    const plan = await this.planner.plan(source, { resource: 'exports', search: query });
    if (!plan.exports) throw new HttpProblem('not_found', { detail: 'this API is read by pages' });
    const { format } = inFormat(plan, undefined);
    const expiresAt = Math.floor(this.clock.wallMs() / 1_000) + asked.expiresIn;
    const { snapshot, version } = plan;
    const secretHash = secretHashOf(request);
    const link = { apiId: route.apiId, secretHash, format, query, snapshot, version, expiresAt };
    const origin = originReached(request, this.config.SLUICE_PUBLIC_URL) ?? this.config.SLUICE_PUBLIC_URL;
    const answer: Link = {
      url: `${origin}${LINKS_PREFIX}${await this.seal.seal(link)}/${fileName(link)}`,
      expiresAt: new Date(expiresAt * 1_000).toISOString(),
    };
    await reply.status(201).headers({ 'cache-control': 'no-store' }).send(answer);
  }
}

async function readRequest(request: FastifyRequest): Promise<MakeLink> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new HttpProblem('unsupported_media_type', { detail: 'send application/json' });
  const limits = { maxBytes: MAX_BODY_BYTES, timeoutMs: BODY_TIMEOUT_MS };
  const text = (await waitForClient(request, () => readBody(request.body as Readable, limits))).toString();
  const body = parse(text);
  if (body === null) throw notValid('invalid_request', [NOT_AN_OBJECT]);
  return MakeLink.parse(await validation.transform(body, { schema: MakeLink, type: 'body' }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpProblem('malformed_request', { detail: 'the body is not JSON' });
  }
}

/** The format is a part of the query, as it is in an address. */
function searchFor({ format, query }: MakeLink): string {
  const parameters = new URLSearchParams(query);
  parameters.set('_format', format);
  return parameters.toString();
}

/** The guard has found the header good: it holds one bearer token. */
function secretHashOf({ headers }: FastifyRequest): string {
  return hashSecret((headers.authorization ?? '').replace(/^bearer +/i, ''));
}

import { Inject, Injectable } from '@nestjs/common';
import type { Route } from '@sluice/contracts/registry/routes';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import type { FastifyRequest } from 'fastify';
import { originReached } from '../answering/absolute-links';
import { hashOfSentToken } from '../auth/sent-token';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import type { PagePlan } from '../reading/page-plan';
import { fileName, LINKS_PREFIX } from './link-requests';
import { type Capability, LinkSeal } from './link-seal';

/** Readers fetch what they were told of at once; a long one goes on with the same addresses. */
const LIFE_SECONDS = 3_600;

/** The address of a file, and when it ends. */
export interface FileLink {
  url: string;
  expiresAtMs: number;
}

/** What a link may read otherwise than the file of a plan. */
type Linked = Pick<Capability, 'changes' | 'format' | 'query'>;

/**
 * Makes the links of one answer to a program that has sent its token: to whole files, for an hour or what the API allows, and in no list of links. They end with
 * the token like all others.
 */
@Injectable()
export class FileLinks {
  constructor(
    private readonly seal: LinkSeal,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** Links to the file of an API's plan or to what a commit changed in it, or to the rows in another format, which stands in the query too. */
  async make(
    request: FastifyRequest,
    { settings }: Pick<Route, 'settings'>,
    plan: PagePlan,
    more: Partial<Linked> = {},
  ): Promise<FileLink> {
    const { source, resultQuery, snapshot, version } = plan;
    const madeAt = Math.floor(this.clock.wallMs() / 1_000);
    const { agent, remainingMs = null } = request.verdict ?? {};
    // One that an agent makes is no longer good than its access token, which it stands on.
    const left = agent && remainingMs !== null ? Math.floor(remainingMs / 1_000) : LIFE_SECONDS;
    const expiresAt = madeAt + Math.min(LIFE_SECONDS, settings.links.maxSeconds, left);
    const capability: Capability = {
      apiId: source.id,
      secretHash: hashOfSentToken(request),
      ...(agent && { byAgent: true }),
      format: 'parquet',
      query: resultQuery,
      snapshot,
      version,
      madeAt,
      expiresAt,
      ...more,
    };
    const origin = originReached(request, this.config.SLUICE_PUBLIC_URL) ?? this.config.SLUICE_PUBLIC_URL;
    const url = `${origin}${LINKS_PREFIX}${await this.seal.seal(capability)}/${fileName(capability)}`;
    return { url, expiresAtMs: expiresAt * 1_000 };
  }
}

import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { reportLeak } from '@sluice/contracts/tokens/leaks';
import { Services } from '@sluice/messaging/services';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { hashSecret, isSecret } from '@sluice/runtime/secret-format';
import { z } from 'zod';
import { Access } from '../auth/access';
import { Describes } from '../docs/describes';
import { Replicas } from '../replicas/replicas';

const MAX_MATCHES = 500;

/** A secret that a scanner found, as GitHub's secret scanning partner program sends it. */
const Match = z.object({
  token: z.string().max(1_000).meta({ description: 'The secret as it was found' }),
  type: z.string().max(200).default('').meta({ description: "The scanner's name for secrets like it" }),
  url: z.string().max(2_000).default('').meta({ description: 'Where it was found' }),
  source: z.string().max(200).default('').meta({ description: 'The kind of place, such as content or commit' }),
});
const Matches = z.array(Match).min(1).max(MAX_MATCHES).meta({ id: 'LeakedTokens' });

/** What became of each secret, in the form in which that program takes it. */
const Labels = z
  .array(
    z.object({
      token_hash: z.string().meta({ description: 'SHA-256 of the secret, in hex' }),
      token_type: z.string(),
      label: z.enum(['true_positive', 'false_positive']),
    }),
  )
  .meta({ id: 'LeakedTokenLabels' });

/** Ends secrets that scanners found in public. */
@ApiTags('tokens')
@Controller('hooks')
export class LeakedTokenController {
  constructor(
    private readonly services: Services,
    private readonly replicas: Replicas,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Describes(
    'Report secrets that were found in public',
    'Ends each of them, and answers once every live gateway refuses it. Signed by a scanner whose public key is known here, or with the key or session of an editor.',
    reportLeak,
  )
  @Access('scanner-or-editor')
  @Post('leaked-token')
  @HttpCode(200)
  @RouteConfig({ keepsBody: true })
  @ApiHeader({ name: 'Github-Public-Key-Identifier', required: false, description: "Names the scanner's key" })
  @ApiHeader({
    name: 'Github-Public-Key-Signature',
    required: false,
    description: 'ECDSA P-256 with SHA-256 over the body: DER, in base64',
  })
  @ApiOkResponse({ standardSchema: Labels })
  async report(@Body({ schema: Matches }) matches: z.output<typeof Matches>): Promise<z.output<typeof Labels>> {
    const startedMs = this.clock.monotonicMs();
    const labels: z.output<typeof Labels> = [];
    let last = 0;
    // One after the other: none of many may take the places of other requests.
    for (const { token, type, url, source } of matches) {
      const hash = hashSecret(token);
      const isOurs = isSecret(token, 'slc') || isSecret(token, 'sla');
      const found = { secretHash: hash, source: source || 'unknown', url: url || null };
      const { isKnown, rev } = isOurs ? await this.services.request(reportLeak, found) : { isKnown: false, rev: null };
      labels.push({ token_hash: hash, token_type: type, label: isKnown ? 'true_positive' : 'false_positive' });
      last = Math.max(last, rev ?? 0);
    }
    await this.replicas.receipt(last, startedMs);
    return labels;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { Tally } from '@sluice/runtime/tally';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { HttpProblem } from '../http/problem';
import { LimitReached } from './limit-fields';

/** Exports run for long: each token has a few at a time, and the gateway some more, so that nobody takes all of them. */
@Injectable()
export class ExportPlaces {
  private readonly running = new Tally();
  private all = 0;

  constructor(@Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig) {}

  /** Takes a place; the result gives it back. */
  enter(tokenId: string): () => void {
    const { SLUICE_GATEWAY_EXPORTS: most, SLUICE_EXPORTS_PER_TOKEN: each } = this.config;
    if (this.running.of(tokenId) >= each) {
      throw new LimitReached('rate_limited', `exports of one token at a time: ${each}`, 'exports', 1);
    }
    if (this.all >= most) throw new HttpProblem('overloaded', { detail: 'too many exports are under way' });
    this.all++;
    this.running.add(tokenId);
    return () => {
      this.all--;
      this.running.remove(tokenId);
    };
  }
}

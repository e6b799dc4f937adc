import { Inject, Injectable } from '@nestjs/common';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { HttpProblem } from '../http/problem';
import { LimitReached } from './limit-fields';

/** Exports run for long: each token has a few at a time, and the gateway some more, so that nobody takes all of them. */
@Injectable()
export class ExportPlaces {
  private readonly running = new Map<string, number>();
  private all = 0;

  constructor(@Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig) {}

  /** Takes a place; the result gives it back. */
  enter(tokenId: string): () => void {
    const { SLUICE_GATEWAY_EXPORTS: most, SLUICE_EXPORTS_PER_TOKEN: each } = this.config;
    const theirs = this.running.get(tokenId) ?? 0;
    if (theirs >= each) {
      throw new LimitReached('rate_limited', `exports of one token at a time: ${each}`, 'exports', 1);
    }
    if (this.all >= most) throw new HttpProblem('overloaded', { detail: 'too many exports are under way' });
    this.all++;
    this.running.set(tokenId, theirs + 1);
    return () => this.leave(tokenId);
  }

  private leave(tokenId: string): void {
    this.all--;
    const left = (this.running.get(tokenId) ?? 1) - 1;
    if (left > 0) this.running.set(tokenId, left);
    else this.running.delete(tokenId);
  }
}

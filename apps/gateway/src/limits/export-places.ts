import { Inject, Injectable } from '@nestjs/common';
import { Tally } from '@sluice/runtime/tally';
import type { FastifyReply } from 'fastify';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { HttpProblem } from '../http/problem';
import { LimitReached } from './limit-fields';

/** Small exports that begin together follow each other within this time. */
const WAIT_MS = 2_000;
/** Exports of one token that wait at a time. */
const MAX_WAITING_EACH = 4;

/** Exports run for long: each token has a few at a time, and the gateway some more, so that nobody takes all of them. */
@Injectable()
export class ExportPlaces {
  private readonly running = new Tally();
  /** Called in their order when an export of the token ends. */
  private readonly waiting = new Map<string, (() => void)[]>();
  private all = 0;

  constructor(@Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig) {}

  /** Takes a place, for which it waits two seconds behind others of the token; the result gives it back. */
  async enter(tokenId: string, reply: FastifyReply): Promise<() => void> {
    const { SLUICE_GATEWAY_EXPORTS: most, SLUICE_EXPORTS_PER_TOKEN: each } = this.config;
    while (this.running.of(tokenId) >= each && (await this.wait(tokenId, reply)));
    if (this.running.of(tokenId) >= each) {
      throw new LimitReached('rate_limited', `exports of one token at a time: ${each}`, 'exports', 1);
    }
    if (this.all >= most) throw new HttpProblem('overloaded', { detail: 'too many exports are under way' });
    this.all++;
    this.running.add(tokenId);
    return () => this.leave(tokenId);
  }

  private leave(tokenId: string): void {
    this.all--;
    this.running.remove(tokenId);
    this.waiting.get(tokenId)?.[0]?.();
  }

  /** Waits for the end of another export of the token; false when time or caller ended first, or too many wait. */
  private async wait(tokenId: string, { raw }: FastifyReply): Promise<boolean> {
    const line = this.waiting.get(tokenId) ?? [];
    if (line.length >= MAX_WAITING_EACH) return false;
    this.waiting.set(tokenId, line);
    return await new Promise<boolean>((resolve) => {
      const begin = () => end(true);
      const giveUp = () => end(false);
      const timer = setTimeout(giveUp, WAIT_MS);
      raw.once('close', giveUp);
      line.push(begin);
      const end = (isFree: boolean) => {
        clearTimeout(timer);
        raw.off('close', giveUp);
        line.splice(line.indexOf(begin), 1);
        if (line.length === 0) this.waiting.delete(tokenId);
        resolve(isFree);
      };
    });
  }
}

import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Routes } from '../routing/route-feed';
import { Verdicts } from '../verdicts/verdicts';

/** Tells /metrics how far this gateway has come and how sure it is of that. */
@Injectable()
export class ReplicaMetrics {
  constructor(verdicts: Verdicts, routes: Routes) {
    gauge('sluice_token_rev', 'Number of the last change of tokens that counts here', () => verdicts.tokens.rev());
    gauge('sluice_config_rev', 'Number of the last change of APIs that counts here', () => routes.rev());
    gauge('sluice_route_table_degraded', '1 while the route table serves without a registry', () =>
      routes.isDegraded() ? 1 : 0,
    );
    const ages = { tokens: () => verdicts.tokens.beatAgeMs(), registry: () => routes.beatAgeMs() };
    new Gauge({
      name: 'sluice_heartbeat_age_seconds',
      help: 'Time since the last heartbeat that vouched for what is known here',
      labelNames: ['service'],
      collect() {
        for (const [service, ageMs] of Object.entries(ages)) this.set({ service }, ageMs() / 1_000);
      },
    });
  }
}

function gauge(name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    collect() {
      this.set(value());
    },
  });
}

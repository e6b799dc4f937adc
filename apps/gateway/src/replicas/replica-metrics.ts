import { Injectable } from '@nestjs/common';
import { WatchedNumbers } from '@sluice/runtime/watched-numbers';
import { Routes } from '../routing/route-feed';
import { Snapshots } from '../routing/snapshots';
import { AdminVerdicts } from '../verdicts/admin-verdicts';
import { Verdicts } from '../verdicts/verdicts';

const tokenRev = new WatchedNumbers('sluice_token_rev', 'Number of the last change of tokens that counts here');
const configRev = new WatchedNumbers('sluice_config_rev', 'Number of the last change of APIs that counts here');
const degraded = new WatchedNumbers('sluice_route_table_degraded', '1 while the route table serves without a registry');
const beatAges = new WatchedNumbers(
  'sluice_heartbeat_age_seconds',
  'Time since the last heartbeat that vouched for what is known here',
  'service',
);
const lags = new WatchedNumbers(
  'sluice_feed_lag_seconds',
  'Time since what is known here was last proven to be as its owner has it',
  'feed',
);

/** Tells /metrics how far this gateway has come and how sure it is of that. */
@Injectable()
export class ReplicaMetrics {
  constructor(verdicts: Verdicts, admins: AdminVerdicts, routes: Routes, snapshots: Snapshots) {
    tokenRev.watch(() => verdicts.tokens.rev());
    configRev.watch(() => routes.rev());
    degraded.watch(() => (routes.isDegraded() ? 1 : 0));
    beatAges.watch(() => verdicts.tokens.beatAgeMs() / 1_000, 'tokens');
    beatAges.watch(() => routes.beatAgeMs() / 1_000, 'registry');
    lags.watch(() => verdicts.tokens.beatAgeMs() / 1_000, 'tokens');
    lags.watch(() => admins.keys.beatAgeMs() / 1_000, 'admins');
    lags.watch(() => routes.lagMs() / 1_000, 'routes');
    lags.watch(() => snapshots.beatAgeMs() / 1_000, 'snapshots');
  }
}

import { Injectable } from '@nestjs/common';
import { type SendResult, sendRows } from '@sluice/contracts/catalogue/sends';
import type { Route } from '@sluice/contracts/registry/routes';
import { ServiceError } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { countRows } from '@sluice/records/count-rows';
import { inTurns } from '@sluice/runtime/in-turns';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readIdempotencyKey } from '../http/idempotency-key';
import { prefersLenient } from '../http/prefer';
import { invalidQuery } from '../http/problem';
import { searchOf } from '../http/search';
import { withOutcome } from '../http/write-outcome';
import type { Charge } from '../limits/charge';
import { KnownVersions } from '../reading/known-versions';
import { sourceOfRoute } from '../reading/row-source';
import { snapshotText } from '../reading/snapshot-text';
import { Snapshots } from '../routing/snapshots';
import { SendBodies, type SendBody, sendKey } from './send-body';

/** Takes the rows that are sent to an API: they are in the dataset once the send is answered. */
@Injectable()
export class Sends {
  constructor(
    private readonly services: Services,
    private readonly bodies: SendBodies,
    private readonly snapshots: Snapshots,
    private readonly versions: KnownVersions,
  ) {}

  async send(request: FastifyRequest, reply: FastifyReply, route: Route, charge?: Charge): Promise<void> {
    refuseQuery(request);
    const { send: rules } = route.settings;
    const lenient = rules.lenient && prefersLenient(request.headers.prefer);
    const key = readIdempotencyKey(request);
    const result = await this.bodies.use(request, rules, async (body) => {
      if (charge?.limits('rows')) {
        const delimiter = rules.csv.delimiter;
        await charge.take({ rows: await inTurns(countRows(body.format, body.bytes, { delimiter })) });
      }
      const idempotency = sendKey(key, request.verdict, body, lenient);
      return await this.commit(route, body, { lenient, dryRun: false, idempotency });
    });
    request.rows = result.replayed ? 0 : result.accepted;
    const commit = await this.commitOf(route, result);
    await reply
      .status(201)
      .headers({
        'cache-control': 'no-store',
        'content-type': 'application/json; charset=utf-8',
        'sluice-snapshot': snapshotText(result.snapshot),
        ...(commit !== null && { 'sluice-commit': String(commit) }),
        ...(lenient && { 'preference-applied': 'handling=lenient' }),
        ...(result.replayed && { 'idempotency-replayed': 'true' }),
      })
      .send(sendAnswer(route, result, commit));
  }

  /** Gives the number of the commit that has the rows; null where nobody can tell it now. */
  commitOf(route: Route, result: SendResult): Promise<number | null> {
    return this.versions.commitAt(sourceOfRoute(route), result);
  }

  /** Hands the rows to the catalogue, once: without a key a repetition could add them twice. */
  async commit(
    route: Route,
    { format, bytes }: SendBody,
    options: { lenient: boolean; dryRun: boolean; idempotency: ReturnType<typeof sendKey> },
  ): Promise<SendResult> {
    const { apiId, datasetId, settings } = route;
    try {
      const result = await this.services.request(
        sendRows,
        { apiId, datasetId, format, fields: settings.exposed, rules: settings.send, ...options },
        bytes,
      );
      // The next read through this gateway sees the rows, whichever replica answers.
      this.snapshots.raise(result.snapshot);
      return result;
    } catch (error) {
      throw error instanceof ServiceError ? withOutcome(error, adviceFor(options)) : error;
    }
  }
}

/** Writes the body of the answer to a send. */
export function sendAnswer(route: Route, result: SendResult, commit: number | null): string {
  const { accepted, rejected, faults, version, snapshot } = result;
  const counts = { accepted, rejected, dataset: route.datasetId, version };
  const at = { ...(commit !== null && { commit }), snapshot: snapshotText(snapshot) };
  return JSON.stringify({ ...counts, ...at, ...(faults.length > 0 && { errors: faults }) });
}

/** Tells the sender what to do when its rows may be there or not. */
function adviceFor({ idempotency }: { idempotency: unknown }): string {
  return idempotency
    ? 'the rows may be there: send them again with the same Idempotency-Key, which adds them once'
    : 'the rows may be there: look before you send them again; with an Idempotency-Key they would be added once';
}

function refuseQuery(request: FastifyRequest): void {
  const names = [...new Set(new URLSearchParams(searchOf(request)).keys())];
  if (names.length === 0) return;
  const detail = 'everything is in the body';
  throw invalidQuery(
    names.map((name) => ({ in: 'query', name, code: 'unknown_parameter', detail })),
    'a send takes no parameters',
  );
}

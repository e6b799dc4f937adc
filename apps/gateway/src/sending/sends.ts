import { Injectable } from '@nestjs/common';
import { type SendResult, sendRows } from '@sluice/contracts/catalogue/sends';
import type { ErrorCode } from '@sluice/contracts/errors';
import type { Problem } from '@sluice/contracts/fault';
import type { Route } from '@sluice/contracts/registry/routes';
import { NotSent, ServiceError } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { countRows } from '@sluice/records/count-rows';
import { inTurns } from '@sluice/runtime/in-turns';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { prefersLenient } from '../http/prefer';
import { HttpProblem, invalidQuery } from '../http/problem';
import { searchOf } from '../http/search';
import type { RowCharge } from '../limits/token-ledger';
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
  ) {}

  async send(request: FastifyRequest, reply: FastifyReply, route: Route, charge?: RowCharge): Promise<void> {
    refuseQuery(request);
    const { send: rules } = route.settings;
    const lenient = rules.lenient && prefersLenient(request.headers.prefer);
    const result = await this.bodies.use(request, rules, async (body) => {
      await charge?.(await inTurns(countRows(body.format, body.bytes)));
      return await this.commit(route, body, { lenient, dryRun: false, idempotency: sendKey(request, body, lenient) });
    });
    request.rows = result.replayed ? 0 : result.accepted;
    // The next read through this gateway sees the rows, whichever replica answers.
    this.snapshots.raise(result.snapshot);
    await reply
      .status(201)
      .headers({
        'cache-control': 'no-store',
        'content-type': 'application/json; charset=utf-8',
        'sluice-snapshot': snapshotText(result.snapshot),
        ...(lenient && { 'preference-applied': 'handling=lenient' }),
        ...(result.replayed && { 'idempotency-replayed': 'true' }),
      })
      .send(sendAnswer(route, result));
  }

  /** Hands the rows to the catalogue, once: without a key a repetition could add them twice. */
  async commit(
    route: Route,
    { format, bytes }: SendBody,
    options: { lenient: boolean; dryRun: boolean; idempotency: ReturnType<typeof sendKey> },
  ): Promise<SendResult> {
    const { apiId, datasetId, settings } = route;
    try {
      return await this.services.request(
        sendRows,
        { apiId, datasetId, format, fields: settings.exposed, rules: settings.send, ...options },
        bytes,
      );
    } catch (error) {
      throw error instanceof ServiceError ? withOutcome(error) : error;
    }
  }
}

/** Writes the body of the answer to a send. */
export function sendAnswer(route: Route, result: SendResult): string {
  const { accepted, rejected, faults, version, snapshot } = result;
  const counts = { accepted, rejected, dataset: route.datasetId, version, snapshot: snapshotText(snapshot) };
  return JSON.stringify({ ...counts, ...(faults.length > 0 && { errors: faults }) });
}

/** A send that failed on the way: its sender has to know whether sending again could send twice. */
class SendFailed extends HttpProblem {
  override readonly members: Readonly<Record<string, unknown>>;

  constructor({ code, faults }: ServiceError, detail: string, outcome: Problem['outcome']) {
    super(code, { detail, faults });
    this.members = { outcome };
  }
}

/** Tells of a failed send whether its rows may be there. */
function withOutcome(error: ServiceError): ServiceError {
  const { code, detail } = error;
  if (error instanceof NotSent || code === 'overloaded') return new SendFailed(error, detail, 'not_executed');
  if (!uncertain.includes(code)) return error;
  return new SendFailed(error, 'the rows may be there: send them again with the same key', 'unknown');
}

/** After these the rows may be there or not. */
const uncertain: readonly ErrorCode[] = ['timeout', 'unavailable', 'internal'];

function refuseQuery(request: FastifyRequest): void {
  const names = [...new Set(new URLSearchParams(searchOf(request)).keys())];
  if (names.length === 0) return;
  const detail = 'everything is in the body';
  throw invalidQuery(
    names.map((name) => ({ in: 'query', name, code: 'unknown_parameter', detail })),
    'a send takes no parameters',
  );
}

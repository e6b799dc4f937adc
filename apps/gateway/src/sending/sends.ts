import { Injectable } from '@nestjs/common';
import { type SendResult, sendRows } from '@sluice/contracts/catalogue/sends';
import type { ErrorCode } from '@sluice/contracts/errors';
import type { Problem } from '@sluice/contracts/fault';
import type { Route } from '@sluice/contracts/registry/routes';
import { NotSent, ServiceError } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';
import type { RowCharge } from '../limits/token-ledger';
import { snapshotText } from '../reading/snapshot-text';
import { Snapshots } from '../routing/snapshots';
import { SendBodies, type SendBody, sendKey } from './send-body';
import { sentRowCount } from './sent-row-count';

/** `POST {path}` of an API with that method: rows go to the dataset, and are there once it is answered. */
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
      await charge?.(sentRowCount(body));
      return await this.commit(route, body, { lenient, dryRun: false, idempotency: sendKey(request, body, lenient) });
    });
    request.rows = result.replayed ? 0 : result.accepted;
    // Who reads from this gateway next sees the rows, whichever replica answers.
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

  /** Hands the rows to the catalogue, once: without a key nobody could tell whether they are there already. */
  async commit(
    route: Route,
    { format, bytes }: SendBody,
    way: { lenient: boolean; dryRun: boolean; idempotency: ReturnType<typeof sendKey> },
  ): Promise<SendResult> {
    const { apiId, datasetId, settings } = route;
    try {
      return await this.services.request(
        sendRows,
        { apiId, datasetId, format, fields: settings.exposed, rules: settings.send, ...way },
        bytes,
      );
    } catch (error) {
      throw error instanceof ServiceError ? told(error) : error;
    }
  }
}

/** The body of the answer to a send. */
export function sendAnswer(route: Route, result: SendResult): string {
  const { accepted, rejected, faults, version, snapshot } = result;
  const counts = { accepted, rejected, dataset: route.datasetId, version, snapshot: snapshotText(snapshot) };
  return JSON.stringify({ ...counts, ...(faults.length > 0 && { errors: faults }) });
}

/** A send that failed on the way: whoever has to send again has to know whether that could send twice. */
class SendFailed extends HttpProblem {
  override readonly members: Readonly<Record<string, unknown>>;

  constructor({ code, faults }: ServiceError, detail: string, outcome: Problem['outcome']) {
    super(code, { detail, faults });
    this.members = { outcome };
  }
}

function told(error: ServiceError): ServiceError {
  const { code, detail } = error;
  if (error instanceof NotSent || code === 'overloaded') return new SendFailed(error, detail, 'not_executed');
  if (!uncertain.includes(code)) return error;
  return new SendFailed(error, 'the rows may be there: send them again with the same key', 'unknown');
}

/** After these the rows may be there or not. */
const uncertain: readonly ErrorCode[] = ['timeout', 'unavailable', 'internal'];

/** RFC 7240 section 4.4. */
function prefersLenient(prefer: string | string[] | undefined): boolean {
  return /(?:^|[,;\s])handling\s*=\s*"?lenient"?(?:$|[,;\s])/i.test(String(prefer ?? ''));
}

function refuseQuery(request: FastifyRequest): void {
  const names = [...new Set(new URLSearchParams(request.url.split('?')[1] ?? '').keys())];
  if (names.length === 0) return;
  throw new HttpProblem('invalid_query', {
    detail: 'a send takes no parameters',
    faults: names.map((name) => ({
      in: 'query',
      name,
      code: 'unknown_parameter',
      detail: 'everything is in the body',
    })),
  });
}

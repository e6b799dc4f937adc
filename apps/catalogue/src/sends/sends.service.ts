import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type SendRequest, type SendResult, sendRows } from '@sluice/contracts/catalogue/sends';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { DiskSpace } from '@sluice/runtime/disk-space';
import { inTurns } from '@sluice/runtime/in-turns';
import { requestScope } from '@sluice/runtime/request-scope';
import { inStage } from '@sluice/runtime/tracing';
import { WatchedNumbers } from '@sluice/runtime/watched-numbers';
import { LRUCache } from 'lru-cache';
import { CommitLines } from '../commits/commit-lines';
import { refusalOver, storedRows } from '../commits/stored-limits';
import { CATALOGUE_CONFIG, type CatalogueConfig } from '../config/catalogue-config';
import { joinRows } from '../stores/packed-rows';
import { type KeptAnswer, keptAnswerKey } from '../stores/segment-doc';
import { type FoundAnswer, SegmentsStore } from '../stores/segments.store';
import type { VersionDoc } from '../stores/version-doc';
import { checkRows } from './check-rows';
import { LatestVersions } from './latest-versions';

/** A send with a key that is under way on this replica. */
interface Keyed {
  bodyHash: string;
  result: Promise<SendResult>;
}

const CLOSED_POLL_MS = 20;
const MAX_VERSIONS = 1_000;
const sendBytes = new WatchedNumbers('sluice_send_bytes', 'Memory of rows that are being sent');

/** Takes the rows that others send: checked, durable, and once for each key. */
@Injectable()
export class SendsService {
  private readonly keyed = new Map<string, Keyed>();
  /** Key fields that versions got after they were published. */
  private readonly keys = new LRUCache<string, string[]>({ max: MAX_VERSIONS });
  private bytes = 0;

  constructor(
    private readonly latest: LatestVersions,
    private readonly segments: SegmentsStore,
    private readonly lines: CommitLines,
    @Inject(CATALOGUE_CONFIG) private readonly config: CatalogueConfig,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly disk: DiskSpace,
  ) {
    sendBytes.watch(() => this.bytes);
  }

  async send(request: SendRequest, body: Uint8Array): Promise<SendResult> {
    if (this.bytes + body.length > this.config.SLUICE_SEND_BYTES) {
      throw new ServiceError('overloaded', 'too many rows are being sent');
    }
    this.bytes += body.length;
    try {
      return request.idempotency && !request.dryRun
        ? await this.once(request, request.idempotency, body)
        : await this.add(request, body);
    } finally {
      this.bytes -= body.length;
    }
  }

  /** Gives a repetition the result of the send that is under way here. Other replicas meet at the kept answer. */
  private async once(
    request: SendRequest,
    { bodyHash, ...named }: NonNullable<SendRequest['idempotency']>,
    body: Uint8Array,
  ): Promise<SendResult> {
    const send = { apiId: request.apiId, ...named };
    const name = keptAnswerKey(send);
    const running = this.keyed.get(name);
    if (running) {
      if (running.bodyHash !== bodyHash) throw reused();
      return { ...(await running.result), replayed: true };
    }
    const result = this.addOnce(request, { ...send, bodyHash }, body);
    this.keyed.set(name, { bodyHash, result });
    try {
      return await result;
    } finally {
      this.keyed.delete(name);
    }
  }

  private async addOnce(request: SendRequest, send: Omit<KeptAnswer, 'answer'>, body: Uint8Array): Promise<SendResult> {
    const older = { apiId: send.apiId, key: send.key };
    const kept = await this.segments.keptAnswers([send, older]);
    const found = kept.get(keptAnswerKey(send)) ?? kept.get(keptAnswerKey(older));
    return found ? repeated(found, send.bodyHash) : await this.add(request, body, send);
  }

  /** Adds to the latest version; one that is closed meanwhile leads to the next, whose fields may be others. */
  private async add(request: SendRequest, body: Uint8Array, send?: Omit<KeptAnswer, 'answer'>): Promise<SendResult> {
    if (this.disk.lack && !request.dryRun) throw refuse(sendRows, 'storage_full', this.disk.lack);
    const deadlineMs = requestScope.getStore()?.deadlineMs ?? this.clock.monotonicMs() + sendRows.timeoutMs;
    // A trial tells what would become of it now, and nobody refuses it where that is not so any more.
    if (request.dryRun) this.latest.forget(request.datasetId);
    while (this.clock.monotonicMs() < deadlineMs) {
      const { number, version } = await this.latest.find(request.datasetId);
      const keyFields = request.dryRun ? await this.storedKeyFields(version) : this.keyFields(version);
      const checked = await inStage('check rows', () =>
        inTurns(checkRows(body, request, version.fields, keyFields)),
      ).catch(async (refusal: unknown) => {
        if (await this.latest.isLatest(request.datasetId, version._id)) throw refusal;
      });
      if (!checked) continue;
      const { rows, rejected, faults } = checked;
      const answer = { accepted: rows.length, rejected, faults, version: number };
      const joined = await inTurns(joinRows(rows));
      if (request.dryRun) {
        const last = await this.segments.last(version._id);
        const stored = storedRows(last, version);
        const after = { rows: stored.rows + rows.length, bytes: stored.bytes + joined.bytes };
        const refusal = refusalOver(request.rules, after);
        if (refusal) throw refusal;
        return { ...answer, snapshot: { versionId: version._id, seq: last?.dataSeq ?? 0 }, replayed: false };
      }
      const keptAnswer = send ? { ...send, answer } : null;
      const checkedSend = {
        rows: joined,
        rowCount: rows.length,
        limits: request.rules,
        keptAnswer,
        keyFields,
        deadlineMs,
      };
      const outcome = await inStage('commit', () => this.lines.commit(version, checkedSend));
      if (outcome === 'closed') {
        this.latest.forget(request.datasetId);
        await pause(CLOSED_POLL_MS);
        continue;
      }
      if ('keyFields' in outcome) {
        this.keys.set(version._id, outcome.keyFields);
        continue;
      }
      if ('repeated' in outcome) return repeated(outcome.repeated, send?.bodyHash);
      return { ...answer, snapshot: { versionId: version._id, seq: outcome.commit.seq }, replayed: false };
    }
    throw new ServiceError('timeout');
  }

  private keyFields(version: VersionDoc): string[] | undefined {
    return this.keys.get(version._id) ?? version.keyFields;
  }

  private async storedKeyFields(version: VersionDoc): Promise<string[] | undefined> {
    return ((await this.segments.last(version._id)) ?? version).keyFields;
  }
}

function repeated({ kept, commit }: FoundAnswer, bodyHash: string | undefined): SendResult {
  if (kept.bodyHash !== bodyHash) throw reused();
  const { versionId, seq } = commit;
  return { ...kept.answer, snapshot: { versionId, seq }, replayed: true };
}

function reused(): ServiceError {
  return refuse(sendRows, 'idempotency_key_reused', 'the key was used before with another body');
}

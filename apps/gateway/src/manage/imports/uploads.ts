import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { getImport, type Import, type ImportOptions, startImport } from '@sluice/contracts/catalogue/imports';
import { isErrorCode } from '@sluice/contracts/errors';
import { Bus } from '@sluice/messaging/bus';
import { Services } from '@sluice/messaging/services';
import { StreamBroken } from '@sluice/messaging/stream-protocol';
import { sendStream } from '@sluice/messaging/stream-sender';
import { GATEWAY_CONFIG, type GatewayConfig } from '../../config/gateway-config';
import { limitBody } from '../../http/limited-body';
import { HttpProblem } from '../../http/problem';

/** Small files are imported in a moment, large ones in minutes: each wait is longer than the one before. */
const FIRST_POLL_MS = 20;
const MAX_POLL_MS = 200;
const POLL_GROWTH = 1.1;
/** Longest wait for a broken upload's import to tell why it ended. */
const VERDICT_WAIT_MS = 3_000;

/** Carries an uploaded file to the catalogue replica that imports it, never more than a window of it in memory. */
@Injectable()
export class Uploads {
  constructor(
    private readonly services: Services,
    private readonly bus: Bus,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** Resolves when the whole body is with the catalogue; the import itself goes on. */
  async send(datasetId: string, options: ImportOptions, body: AsyncIterable<Uint8Array>): Promise<Import> {
    const { import: started, uploadSubject } = await this.services.request(startImport, { ...options, datasetId });
    try {
      await sendStream(this.bus, uploadSubject, limitBody(body, this.config.SLUICE_MAX_UPLOAD_BYTES));
    } catch (error) {
      if (error instanceof StreamBroken) refuseFailed(await this.waitUntilSettled(started.id, VERDICT_WAIT_MS));
      throw error instanceof StreamBroken
        ? new HttpProblem('unavailable', { detail: 'the upload was interrupted' })
        : error;
    }
    return started;
  }

  /** Waits until the import is done or failed or waits for a decision; gives it as it stands when the time is over. */
  async waitUntilSettled(importId: string, waitMs: number): Promise<Import> {
    const until = performance.now() + waitMs;
    for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(MAX_POLL_MS, pollMs * POLL_GROWTH)) {
      const state = await this.services.request(getImport, { importId });
      if (isFinal(state) || state.phase === 'review' || performance.now() >= until) return state;
      await delay(pollMs);
    }
  }
}

/** Tells whether an import has come to its end. */
export function isFinal({ phase }: Import): boolean {
  return phase === 'done' || phase === 'failed';
}

/** Throws the problem that an import failed with. */
export function refuseFailed({ error }: Import): void {
  if (!error) return;
  throw new HttpProblem(isErrorCode(error.code) ? error.code : 'internal', {
    detail: error.detail,
    faults: error.errors,
  });
}

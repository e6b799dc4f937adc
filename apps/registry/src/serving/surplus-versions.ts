import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import {
  deleteVersion,
  listSurplusVersions,
  markVersionDeleting,
  unmarkVersionDeleting,
} from '@sluice/contracts/catalogue/datasets';
import type { RequestOf } from '@sluice/contracts/contract';
import { ServiceError } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { newId } from '@sluice/runtime/ids';
import { requestScope } from '@sluice/runtime/request-scope';
import { SingleFlight } from '@sluice/runtime/single-flight';
import { Ticker } from '@sluice/runtime/ticker';
import { ApisStore } from '../stores/apis.store';

const SWEEP_MS = 60_000;

type OneVersion = RequestOf<typeof deleteVersion>;

/**
 * Deletes versions that are older than those that their dataset keeps, and that no API needs. Catalogue knows the former
 * and registry the latter; any replica does it, and what one has done there is nothing left of for the others.
 */
@Injectable()
export class SurplusVersions implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeping = new Ticker({
    name: SurplusVersions.name,
    everyMs: SWEEP_MS,
    turn: () => this.remove(),
  });
  private readonly removing = new SingleFlight<void>();

  constructor(
    private readonly services: Services,
    private readonly apis: ApisStore,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeping.stop();
  }

  /**
   * Removes them in a scope of its own: the admin who published one version too many did not delete the old one. What
   * fails is done with the next turn.
   */
  remove(): Promise<void> {
    return this.removing.run('all', () => requestScope.run({ requestId: newId('req') }, () => this.removeAll()));
  }

  private async removeAll(): Promise<void> {
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await this.services.request(listSurplusVersions, { cursor });
      for (const version of page.versions) await this.removeOne(version);
      more = page.nextCursor !== null;
      cursor = page.nextCursor ?? undefined;
    }
  }

  /** The mark hides the version, so that no API can be created over it between the second question and the deletion. */
  private async removeOne(version: OneVersion): Promise<void> {
    const { datasetId, number } = version;
    if (await this.apis.needsVersion(datasetId, number)) return;
    try {
      await this.services.request(markVersionDeleting, version);
      const isNeeded = await this.apis.needsVersion(datasetId, number);
      await this.services.request(isNeeded ? unmarkVersionDeleting : deleteVersion, version);
    } catch (error) {
      // Somebody else was faster.
      if (error instanceof ServiceError && goneCodes.includes(error.code)) return;
      throw error;
    }
  }
}

const goneCodes: readonly string[] = [...markVersionDeleting.errors, ...deleteVersion.errors];

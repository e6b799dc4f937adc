import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { ApiChanges } from '../serving/api-changes';
import { ApisStore } from '../stores/apis.store';
import { ApiEntries } from './api-entries';

/** Takes an API out of service for good. */
@Injectable()
export class ApiDeletion {
  constructor(
    private readonly store: ApisStore,
    private readonly changes: ApiChanges,
    private readonly entries: ApiEntries,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** False when there is no such API. Whatever else changes it meanwhile: in the end it is gone. */
  async delete(apiId: string): Promise<boolean> {
    for (;;) {
      const before = await this.store.find(apiId);
      if (!before) return false;
      const deletedAt = new Date(this.clock.wallMs());
      const doc = await this.store.markDeleted(before, deletedAt, this.entries.deleted(before));
      if (!doc) continue;
      await this.changes.commit(doc);
      return true;
    }
  }
}

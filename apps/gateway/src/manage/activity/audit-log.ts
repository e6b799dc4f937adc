import { Injectable } from '@nestjs/common';
import {
  type AuditEntry,
  type AuditFilter,
  listCatalogueAudit,
  listRegistryAudit,
  listTokensAudit,
} from '@sluice/contracts/audit';
import { Services } from '@sluice/messaging/services';

const contracts = [listTokensAudit, listRegistryAudit, listCatalogueAudit];
const BATCH = 500;

/** The audit logs of all services as one. Where one of them is away there is no answer: it would have a gap. */
@Injectable()
export class AuditLog {
  constructor(private readonly services: Services) {}

  /** Newest first, those older than `below`; `more` when there are others behind them. */
  async page(
    filter: AuditFilter,
    limit: number,
    below: string | undefined,
  ): Promise<{ entries: AuditEntry[]; more: boolean }> {
    const request = { limit: limit + 1, below, filter };
    const parts = await Promise.all(contracts.map((contract) => this.services.request(contract, request)));
    const merged = parts.flatMap(({ entries }) => entries).sort((a, b) => (a.id < b.id ? 1 : -1));
    return { entries: merged.slice(0, limit), more: merged.length > limit };
  }

  /** All of them as lines of JSON. The first lines are there when this resolves, so that a refusal can still be told. */
  async lines(filter: AuditFilter): Promise<AsyncIterable<string>> {
    const first = await this.page(filter, BATCH, undefined);
    return this.linesFrom(first, filter);
  }

  private async *linesFrom(first: Awaited<ReturnType<AuditLog['page']>>, filter: AuditFilter): AsyncGenerator<string> {
    for (let page = first; ; page = await this.page(filter, BATCH, page.entries.at(-1)?.id)) {
      if (page.entries.length > 0) yield page.entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
      if (!page.more) return;
    }
  }
}

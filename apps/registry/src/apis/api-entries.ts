import { Inject, Injectable } from '@nestjs/common';
import type { AuditAction } from '@sluice/contracts/audit';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { REGISTRY_CONFIG, type RegistryConfig } from '../config/registry-config';
import { apiOf } from '../serving/api-view';
import type { ApiDoc } from '../stores/api-doc';

/** Makes the entries of the audit log for changes of APIs. */
@Injectable()
export class ApiEntries {
  constructor(
    private readonly trail: AuditTrail,
    @Inject(REGISTRY_CONFIG) private readonly config: RegistryConfig,
  ) {}

  created(doc: ApiDoc): AuditEntryDoc {
    return this.entry('api.created', doc, null, this.view(doc));
  }

  changed(
    action: 'api.updated' | 'api.activated' | 'api.deactivated',
    before: ApiDoc,
    change: Partial<ApiDoc>,
  ): AuditEntryDoc {
    const after = { ...before, ...change };
    return this.entry(action, after, this.view(before), this.view(after));
  }

  assigned(doc: ApiDoc, tokenId: string): AuditEntryDoc {
    return this.entry('api.token-assigned', doc, {}, { tokenId });
  }

  unassigned(doc: ApiDoc, tokenId: string): AuditEntryDoc {
    return this.entry('api.token-unassigned', doc, { tokenId }, {});
  }

  deleted(before: ApiDoc): AuditEntryDoc {
    return this.entry('api.deleted', before, this.view(before), null);
  }

  private entry(action: AuditAction, doc: ApiDoc, before: object | null, after: object | null): AuditEntryDoc {
    return this.trail.entry({ action, resource: { id: doc._id, name: doc.name }, before, after });
  }

  private view(doc: ApiDoc): object {
    return apiOf(doc, this.config.SLUICE_PUBLIC_URL);
  }
}

import type { AuditAction, AuditEntry } from '@sluice/contracts/audit';
import { newId } from '@sluice/runtime/ids';
import { type Actor, requestScope } from '@sluice/runtime/request-scope';
import { Schema } from 'mongoose';

/** Members of a thing as its management routes show it, so that no secret and no hash gets here. */
type View = object;

/** A change as the service that makes it tells it. */
export interface AuditedChange {
  action: AuditAction;
  resource: { id: string; name: string };
  /** The thing before and after; only what differs is kept. Null: there was none, or there is none any more. */
  before: View | null;
  after: View | null;
  outcome?: AuditEntry['outcome'];
  /** The one who asked for the change, where that was another request. */
  by?: AuditedRequest;
}

/** The one who asked for a change, and the request in which it was asked for. */
export interface AuditedRequest {
  actor: Actor;
  requestId: string;
}

/** An entry as stored. `before` and `after` are JSON text: their keys may have dots and dollars, which are words of MongoDB's. */
export interface AuditEntryDoc extends Omit<AuditEntry, 'id' | 'at' | 'before' | 'after'> {
  _id: string;
  at: Date;
  before: string | null;
  after: string | null;
}

/** A document that carries the entries of its last changes until they are in the audit log. */
export interface Audited {
  _id: string;
  pendingAudit?: AuditEntryDoc[];
  /** Nothing of it counts any more but its entries: it goes when they are in the log. */
  goneAt?: Date | null;
}

/** For the schema of such documents. */
export const auditedMembers = { pendingAudit: { type: [Schema.Types.Mixed], default: undefined }, goneAt: Date };
/** The sweep looks for what was left behind by it. */
export const PENDING_AUDIT_INDEX = { 'pendingAudit._id': 1 } as const;

const INSTALLATION: Actor = { id: 'system', name: 'installation', kind: 'system', address: '' };
/** Members that say nothing of the change that an admin made. */
const bookkeeping = new Set(['id', 'revision', 'createdAt', 'createdBy', 'lastUsedAt', 'lastSignInAt']);

/** Gives the one behind the work that is under way; without a request it is the installation itself. */
export function auditedRequest(): AuditedRequest {
  const { actor = INSTALLATION, requestId = 'none' } = requestScope.getStore() ?? {};
  return { actor, requestId };
}

/** The entry of a change; spread it as `pendingAudit` into the write that makes the change. */
export function auditEntry(change: AuditedChange, wallMs: number): AuditEntryDoc {
  const { actor, requestId } = change.by ?? auditedRequest();
  const { action, resource, outcome = 'success' } = change;
  const type = action.slice(0, action.indexOf('.')) as AuditEntry['resource']['type'];
  return {
    _id: newId('aud', wallMs),
    at: new Date(wallMs),
    actor: { ...actor },
    requestId,
    action,
    resource: { type, id: resource.id, name: resource.name },
    before: changedMembers(change.before, change.after),
    after: changedMembers(change.after, change.before),
    outcome,
  };
}

export function auditEntryOf({ _id, at, before, after, ...entry }: AuditEntryDoc): AuditEntry {
  const parsed = (text: string | null) => (text === null ? null : JSON.parse(text));
  return { id: _id, at: at.toISOString(), ...entry, before: parsed(before), after: parsed(after) };
}

function changedMembers(view: View | null, other: View | null): string | null {
  if (view === null) return null;
  const others: Record<string, unknown> = { ...other };
  const changed = Object.entries(view).filter(
    ([name, value]) => !bookkeeping.has(name) && JSON.stringify(value) !== JSON.stringify(others[name]),
  );
  return JSON.stringify(Object.fromEntries(changed));
}

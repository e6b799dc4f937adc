import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { pendingChange } from '@sluice/storage/change-feed';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { type Model, Schema } from 'mongoose';
import { ADMINS, type AdminDoc, adminOf } from '../stores/admin-doc';

export type RosterChange = Partial<Pick<AdminDoc, 'name' | 'role' | 'state'>>;

/** A change that was decided and may not be carried out yet. The next change carries it out first. */
interface Intent {
  id: string;
  adminId: string;
  /** The revision of the account that the decision rests on. */
  revision: number;
  change: RosterChange;
  /** The entry of the audit log, by the admin who decided. */
  entry: AuditEntryDoc;
}

interface RosterDoc {
  _id: string;
  rev: number;
  intent: Intent | null;
}

const THE_ROSTER = 'roster';
export const ROSTERS = 'rosters';
const changeSchema = new Schema<RosterChange>({ name: String, role: String, state: String }, { _id: false });
const intentSchema = new Schema<Intent>(
  { id: String, adminId: String, revision: Number, change: changeSchema, entry: Schema.Types.Mixed },
  { _id: false },
);
export const rosterSchema = new Schema<RosterDoc>(
  { _id: String, rev: Number, intent: intentSchema },
  { collection: ROSTERS, versionKey: false, autoIndex: false },
);

/**
 * Changes roles and states of admins one at a time over all replicas. Otherwise two requests could each remove the owner
 * whom the other one counted on. One document says what is under way: a change is decided while nothing is, written there by a
 * compare-and-set, carried out on the account, and taken out. After a crash the next start or change carries it out. That
 * may happen twice without harm, because the change names the revision that it starts from.
 */
@Injectable()
export class Roster implements OnApplicationBootstrap {
  constructor(
    @InjectModel(ROSTERS) private readonly rosters: Model<RosterDoc>,
    @InjectModel(ADMINS) private readonly admins: Model<AdminDoc>,
    private readonly trail: AuditTrail,
  ) {}

  /** Carries out a change that a crash left behind. */
  async onApplicationBootstrap(): Promise<void> {
    const { rev, intent } = await this.read();
    if (intent) await this.carryOut(rev, intent);
  }

  /** The changed account; `moved` when it no longer has this revision, `last-owner` when nobody could own it after. */
  async change(adminId: string, revision: number, change: RosterChange): Promise<AdminDoc | 'moved' | 'last-owner'> {
    for (;;) {
      const roster = await this.read();
      if (roster.intent) {
        await this.carryOut(roster.rev, roster.intent);
        continue;
      }
      const before = await this.admins.findById(adminId).lean<AdminDoc>();
      if (before?.revision !== revision) return 'moved';
      const ends = isActiveOwner(before) && !isActiveOwner({ ...before, ...change });
      if (ends && !(await this.hasOtherOwner(adminId))) return 'last-owner';
      const intent: Intent = { id: randomUUID(), adminId, revision, change, entry: this.entry(before, change) };
      if (await this.begin(roster.rev, intent)) return await this.carryOut(roster.rev + 1, intent);
    }
  }

  private entry(before: AdminDoc, change: RosterChange): AuditEntryDoc {
    return this.trail.entry({
      action: change.state === 'removed' ? 'admin.removed' : 'admin.updated',
      resource: { id: before._id, name: before.name },
      before: adminOf(before),
      after: adminOf({ ...before, ...change }),
    });
  }

  private async read(): Promise<RosterDoc> {
    const roster = await this.rosters.findById(THE_ROSTER).lean<RosterDoc>();
    if (roster) return roster;
    try {
      await this.rosters.create({ _id: THE_ROSTER, rev: 0, intent: null });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    return await this.read();
  }

  private async hasOtherOwner(adminId: string): Promise<boolean> {
    const others = { _id: { $ne: adminId }, role: 'owner', state: 'active' } as const;
    return (await this.admins.exists(others)) !== null;
  }

  private async begin(rev: number, intent: Intent): Promise<boolean> {
    const { modifiedCount } = await this.rosters.updateOne(
      { _id: THE_ROSTER, rev, intent: null },
      { $set: { intent }, $inc: { rev: 1 } },
    );
    return modifiedCount === 1;
  }

  private async carryOut(rev: number, { id, adminId, revision, change, entry }: Intent): Promise<AdminDoc | 'moved'> {
    const removed = change.state === 'removed';
    const changed = await this.admins
      .findOneAndUpdate(
        { _id: adminId, revision },
        {
          $set: {
            ...change,
            // No link outlives the state that it was made in.
            ...(change.state && { invite: null }),
            ...(removed && { email: '', passwordHash: null }),
            lastChange: id,
            ...pendingChange(),
          },
          ...(removed && { $unset: { emailKey: 1 } }),
          $push: { pendingAudit: entry },
          // An admin who was disabled and comes back signs in anew.
          $inc: { revision: 1, ...(change.state === 'disabled' && { epoch: 1 }) },
        },
        { returnDocument: 'after' },
      )
      .lean<AdminDoc>();
    await this.rosters.updateOne({ _id: THE_ROSTER, rev }, { $set: { intent: null } });
    return changed ?? (await this.admins.findOne({ _id: adminId, lastChange: id }).lean<AdminDoc>()) ?? 'moved';
  }
}

function isActiveOwner({ role, state }: Pick<AdminDoc, 'role' | 'state'>): boolean {
  return role === 'owner' && state === 'active';
}

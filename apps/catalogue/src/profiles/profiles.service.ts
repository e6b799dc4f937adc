import { Injectable } from '@nestjs/common';
import type { FieldProfile, Profile, readProfile } from '@sluice/contracts/catalogue/profiles';
import type { RequestOf } from '@sluice/contracts/contract';
import { LRUCache } from 'lru-cache';
import { VersionCache } from '../cache/version-cache';
import { Engines } from '../engine/engines';
import { Columns } from '../rows/columns';
import { asRefusal } from '../rows/read-refusals';
import { timeLeftMs } from '../rows/time-left';
import type { VersionTable } from '../tables/version-table';
import { profileField } from './field-profile';

const MAX_KEPT_BYTES = 4 * 1024 ** 2;

/** A field's profile, and how many rows it is of. */
interface Kept {
  rows: number;
  profile: FieldProfile;
}

/** Profiles of fields: made once for each snapshot, as the rows of one never change. */
@Injectable()
export class ProfilesService {
  private readonly kept = new LRUCache<string, Kept>({
    maxSize: MAX_KEPT_BYTES,
    // Texts take up to two bytes a character, and a key beside them.
    sizeCalculation: ({ profile }, key) => 2 * (JSON.stringify(profile).length + key.length),
  });

  constructor(
    private readonly cache: VersionCache,
    private readonly engines: Engines,
  ) {}

  /** Profiles fields one after the other, so that one request takes one place. What is finished is kept, also where a later one fails. */
  async read(request: RequestOf<typeof readProfile>): Promise<Profile> {
    const known = request.fields.flatMap((name) => this.kept.get(keyOf(request, name)) ?? []);
    if (known.length === request.fields.length) return told(known);
    try {
      return await this.cache.use(request.snapshot, (table) => this.profile(table, request));
    } catch (error) {
      throw asRefusal(error);
    }
  }

  private async profile(table: VersionTable, request: RequestOf<typeof readProfile>): Promise<Profile> {
    const columns = new Columns(table.fields);
    const fields = request.fields.map((name) => columns.field(name));
    const found: Kept[] = [];
    for (const field of fields) {
      const key = keyOf(request, field.name);
      const kept = this.kept.get(key) ?? {
        rows: table.rowCount,
        profile: await profileField(this.engines.reads, table, field, timeLeftMs()),
      };
      this.kept.set(key, kept);
      found.push(kept);
    }
    return told(found);
  }
}

function keyOf({ snapshot: { versionId, seq } }: RequestOf<typeof readProfile>, name: string): string {
  return `${versionId} ${seq} ${name}`;
}

function told(found: readonly Kept[]): Profile {
  return { rows: found[0]?.rows ?? 0, fields: found.map(({ profile }) => profile) };
}

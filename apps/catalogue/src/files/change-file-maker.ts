import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import {
  type ChangeFileRequest,
  type ChangePart,
  MAX_CHANGE_COMMITS,
  openChangeFile,
} from '@sluice/contracts/catalogue/view-files';
import type { Field } from '@sluice/contracts/fields';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import type { CachedVersion } from '../cache/grown-version';
import { VersionCache } from '../cache/version-cache';
import { Engines } from '../engine/engines';
import { literal, quoted } from '../engine/sql';
import { attachForExport } from '../exports/export-tables';
import { SpoolDirectory } from '../exports/spool-directory';
import { writeParquet } from '../exports/write-parquet';
import { CommitLog } from '../history/commit-log';
import type { Statement } from '../rows/bindings';
import { Columns } from '../rows/columns';
import type { ViewFileDoc } from '../stores/view-file-doc';
import { ROW } from '../tables/version-table';
import { CHANGE_TYPE, type CommitRows, commitChangesSql, haveSameKeys, SEQ, versionChangesSql } from './change-sql';
import { MadeFiles } from './made-files';

const MAKE_LIMIT_MS = 600_000;
const changeType: Field = {
  name: CHANGE_TYPE,
  label: CHANGE_TYPE,
  type: 'text',
  nullable: false,
  min: null,
  max: null,
  distinct: null,
};

/** Makes the file of what became of the rows of a view between two snapshots: a Parquet file for each commit, one behind the other. */
@Injectable()
export class ChangeFileMaker {
  constructor(
    private readonly cache: VersionCache,
    private readonly engines: Engines,
    private readonly spools: SpoolDirectory,
    private readonly log: CommitLog,
    private readonly made: MadeFiles,
  ) {}

  async make(id: string, request: ChangeFileRequest): Promise<ViewFileDoc> {
    const { before, now } = request;
    const path = await this.spools.newFile('parquet');
    const changes = await this.spools.newFile('parquet');
    const signal = AbortSignal.timeout(MAKE_LIMIT_MS);
    try {
      const fields = await this.cache.use(now, (later) =>
        this.cache.use(before, async (earlier) => {
          await this.writeChanges(earlier, later, request, changes, signal);
          return later.fields;
        }),
      );
      const parts = await this.writeParts(changes, fields, request, path, signal);
      const versions = { versionId: now.versionId, beforeVersionId: before.versionId };
      const rows = parts.reduce((sum, part) => sum + part.rows, 0);
      return await this.made.keep({ _id: id, ...versions, rows, parts }, path, signal);
    } finally {
      await Promise.all([path, changes].map((each) => rm(each, { force: true })));
    }
  }

  /** Writes all changes into one file, in their order. */
  private async writeChanges(
    before: CachedVersion,
    now: CachedVersion,
    request: ChangeFileRequest,
    path: string,
    signal: AbortSignal,
  ): Promise<void> {
    const attach = (version: CachedVersion) => attachForExport(this.engines, version, this.spools, signal);
    const later = await attach(now);
    const release = [later.release];
    try {
      if (request.before.versionId === request.now.versionId) {
        const commits = await this.commitsOf(request, before.end, now.end);
        const table = { sql: later.allSql, fields: now.fields };
        return await this.write(commitChangesSql(table, now.keyFields, commits, request), path, signal);
      }
      if (!haveSameKeys(before, now)) throw refuse(openChangeFile, 'not_found', 'the versions have no key in common');
      const earlier = await attach(before);
      release.push(earlier.release);
      const tables = [
        { sql: earlier.sql, fields: before.fields },
        { sql: later.sql, fields: now.fields },
      ] as const;
      await this.write(versionChangesSql(...tables, now.keyFields ?? [], request), path, signal);
    } finally {
      for (const giveBack of release) await giveBack();
    }
  }

  /** Finds the positions of the rows of each commit, backwards from the last. */
  private async commitsOf({ before, now }: ChangeFileRequest, from: number, to: number): Promise<CommitRows[]> {
    if (now.seq <= before.seq) throw new ServiceError('bad_message');
    const newest = await this.log.newest(now.versionId, now.seq + 1, MAX_CHANGE_COMMITS + 1);
    const commits: CommitRows[] = [];
    let end = to;
    for (const { seq, rows } of newest) {
      if (seq <= before.seq) break;
      commits.push({ seq, first: end - rows, end });
      end -= rows;
    }
    if (commits.length > MAX_CHANGE_COMMITS) throw new ServiceError('bad_message');
    if (end !== from)
      throw refuse(openChangeFile, 'snapshot_gone', 'the commits of then are not known one by one any more');
    return commits.reverse();
  }

  private async write({ sql, values }: Statement, path: string, signal: AbortSignal): Promise<void> {
    const copy = `COPY (SELECT row_number() OVER () - 1 AS ${ROW}, * FROM (${sql})) TO ${literal(path)} (FORMAT parquet)`;
    await this.spools.writing(signal, (both) =>
      this.engines.exports.query(copy, values, { signal: both, lane: 'scan' }),
    );
  }

  /** Writes the changes of each commit as a Parquet file, and those one behind the other; where there are none, one that is empty. */
  private async writeParts(
    changes: string,
    all: Field[],
    { select }: ChangeFileRequest,
    path: string,
    signal: AbortSignal,
  ): Promise<ChangePart[]> {
    const { exports: engine } = this.engines;
    const columns = new Columns(all);
    const fields = [...select.map((name) => columns.field(name)), changeType];
    const names = fields.map(({ name }) => quoted(name)).join(', ');
    const source = `read_parquet(${literal(changes)})`;
    const seqs = await engine.query(`SELECT DISTINCT ${SEQ} FROM ${source} ORDER BY ${SEQ}`, [], {
      signal,
      lane: 'scan',
    });
    const parts: ChangePart[] = [];
    const part = await this.spools.newFile('parquet');
    const target = createWriteStream(path);
    let from = 0;
    try {
      for (const seq of seqs.length > 0 ? seqs.map(([seq]) => Number(seq)) : [-1]) {
        const sql = `SELECT ${ROW}, ${names} FROM ${source} WHERE ${SEQ} = ${seq}`;
        const result = { sql, values: [], fields, inFileOrder: true };
        const rows = await writeParquet(result, part, this.spools, { engine, signal, lane: 'scan' });
        await pipeline(createReadStream(part), target, { end: false });
        const { size: bytes } = await stat(part);
        if (rows > 0) parts.push({ seq, from, bytes, rows });
        from += bytes;
      }
      return parts;
    } finally {
      await new Promise((done) => target.end(done));
      await rm(part, { force: true });
    }
  }
}

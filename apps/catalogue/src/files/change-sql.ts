import type { ChangeFileRequest } from '@sluice/contracts/catalogue/view-files';
import type { Field } from '@sluice/contracts/fields';
import { sqlType } from '../engine/json-text';
import { quoted } from '../engine/sql';
import { Bindings, type Statement } from '../rows/bindings';
import { Columns } from '../rows/columns';
import { matching } from '../rows/page-sql';
import { ROW } from '../tables/version-table';

/** What a row of changes tells of itself, as Delta's change data feed calls it. */
export const CHANGE_TYPE = '_change_type';
/** Hidden columns: the commit, whether the row is one of the view's, and whether the one that it took the place of was. */
export const SEQ = '_seq';
const FITS = '_fits';
const HAD = '_had';
const BEFORE = '_before';

/** A commit and the positions of its rows: from `first` to before `end`. */
export interface CommitRows {
  seq: number;
  first: number;
  end: number;
}

type View = Pick<ChangeFileRequest, 'select' | 'filter'>;

/** A table of rows at every position, with its fields. */
interface Table {
  sql: string;
  fields: Field[];
}

/**
 * Selects what some commits of one version changed: `_seq`, the fields of the view and the type of the change, in order. A row takes the
 * place of the last one before its commit that has the same key; of several in one commit the last counts.
 */
export function commitChangesSql(
  { sql, fields }: Table,
  keyFields: readonly string[] | null,
  commits: readonly CommitRows[],
  { select, filter }: View,
): Statement {
  const columns = new Columns(fields);
  const bindings = new Bindings();
  const fits = `coalesce(${matching(columns, { filter, search: null }, bindings)}, false) AS ${FITS}`;
  const values = commits.map(({ seq, first, end }) => `(${seq}, ${first}, ${end})`).join();
  const known = `commits(${SEQ}, low, high) AS (VALUES ${values})`;
  const first = commits[0]?.first ?? 0;
  const sent = `sent AS (SELECT r.*, ${SEQ} FROM ${sql} r JOIN commits ON ${ROW} >= low AND ${ROW} < high WHERE ${ROW} >= ${first})`;
  const names = select.map((name) => quoted(columns.field(name).name)).join(', ');
  if (!keyFields) {
    const rows = `SELECT ${SEQ}, ${names}, 'insert' AS ${CHANGE_TYPE} FROM (SELECT *, ${fits} FROM sent) WHERE ${FITS}`;
    return { sql: `WITH ${known}, ${sent} ${rows} ORDER BY ${ROW}`, values: bindings.values };
  }
  const keys = keyFields.map(quoted).join(', ');
  const parts = [
    known,
    sent,
    // Commits before all of these are one state: 0.
    `stood AS (SELECT *, 0 AS ${SEQ} FROM ${sql} SEMI JOIN (SELECT DISTINCT ${keys} FROM sent) USING (${keys}) WHERE ${ROW} < ${first})`,
    `states AS (
      SELECT *, ${fits} FROM (SELECT * FROM stood UNION ALL SELECT * FROM sent)
      QUALIFY row_number() OVER (PARTITION BY ${keys}, ${SEQ} ORDER BY ${ROW} DESC) = 1)`,
    `paired AS (
      SELECT *, lag(${ROW}) OVER key AS ${BEFORE}, coalesce(lag(${FITS}) OVER key, false) AS ${HAD}
      FROM states WINDOW key AS (PARTITION BY ${keys} ORDER BY ${ROW}))`,
    `changed AS (SELECT * FROM paired WHERE ${ROW} >= ${first})`,
  ];
  const after = `SELECT ${SEQ}, ${ROW} AS o, 1 AS p, ${names}, if(${HAD}, 'update_postimage', 'insert') AS ${CHANGE_TYPE} FROM changed WHERE ${FITS}`;
  const old = select.map((name) => `s.${quoted(name)}`).join(', ');
  const before = `SELECT c.${SEQ}, c.${ROW} AS o, 0 AS p, ${old}, if(c.${FITS}, 'update_preimage', 'delete') AS ${CHANGE_TYPE}
    FROM changed c JOIN states s ON s.${ROW} = c.${BEFORE} WHERE c.${HAD}`;
  return {
    sql: `WITH ${parts.join(', ')} SELECT * EXCLUDE (o, p) FROM (${after} UNION ALL ${before}) ORDER BY o, p`,
    values: bindings.values,
  };
}

/**
 * Selects the difference of two versions by their key fields, as commit 0 of the later one. A field that the earlier one does not have is null there.
 */
export function versionChangesSql(
  before: Table,
  now: Table,
  keyFields: readonly string[],
  { select, filter }: View,
): Statement {
  const bindings = new Bindings();
  const [older, newer] = [new Columns(before.fields), new Columns(now.fields)];
  const condition = (columns: Columns) => matching(columns, { filter, search: null }, bindings);
  const hadNames = new Set(before.fields.map(({ name }) => name));
  const names = select.map((name) => quoted(newer.field(name).name));
  const asNow = select.map((name) => {
    const { type, scale } = newer.field(name);
    return `${hadNames.has(name) ? `TRY_CAST(o.${quoted(name)} AS ${sqlType(type, scale)})` : 'NULL'} AS ${quoted(name)}`;
  });
  const keys = keyFields.map(quoted);
  const same = keys.map((key) => `o.${key} = n.${key}`).join(' AND ');
  const differs = select.map((name) => {
    return hadNames.has(name)
      ? `o.${quoted(name)} IS DISTINCT FROM n.${quoted(name)}`
      : `n.${quoted(name)} IS NOT NULL`;
  });
  const both = `older o JOIN newer n ON ${same} WHERE ${differs.join(' OR ')}`;
  const later = names.map((name) => `n.${name}`).join(', ');
  return {
    sql: `WITH older AS MATERIALIZED (SELECT * FROM ${before.sql} WHERE ${condition(older)}),
      newer AS MATERIALIZED (SELECT * FROM ${now.sql} WHERE ${condition(newer)})
      SELECT 0 AS ${SEQ}, * EXCLUDE (o, p) FROM (
        SELECT o.${ROW} AS o, 0 AS p, ${asNow.join(', ')}, 'delete' AS ${CHANGE_TYPE} FROM older o ANTI JOIN newer n ON ${same}
        UNION ALL SELECT n.${ROW}, 1, ${asNow.join(', ')}, 'update_preimage' FROM ${both}
        UNION ALL SELECT n.${ROW}, 2, ${later}, 'update_postimage' FROM ${both}
        UNION ALL SELECT n.${ROW}, 3, ${later}, 'insert' FROM newer n ANTI JOIN older o ON ${same})
      ORDER BY p = 0 DESC, o, p`,
    values: bindings.values,
  };
}

/** Tells whether rows of two versions can be told apart by the same key fields, of the same types. */
export function haveSameKeys(
  before: { fields: Field[]; keyFields: readonly string[] | null },
  now: { fields: Field[]; keyFields: readonly string[] | null },
): boolean {
  const keys = now.keyFields ?? [];
  const typeOf = (fields: Field[], name: string) => fields.find((field) => field.name === name)?.type;
  const same = keys.join('\n') === (before.keyFields ?? []).join('\n');
  return keys.length > 0 && same && keys.every((name) => typeOf(before.fields, name) === typeOf(now.fields, name));
}

import type { AuditEntry } from '@sluice/contracts/audit';
import { systemClock } from '@sluice/runtime/clock';
import { requestScope } from '@sluice/runtime/request-scope';
import type { AuditEntryDoc, Audited } from '@sluice/storage/audit-entry';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { type Connection, createConnection } from 'mongoose';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';

interface Thing extends Audited {
  value?: number;
}

const actor = { id: 'adm_1', name: 'Olga', kind: 'admin', address: '192.0.2.7' } as const;

describe('the audit trail of a service', () => {
  let mongodb: TestEngine;
  let connection: Connection;
  let trail: AuditTrail;

  beforeAll(async () => {
    mongodb = await startMongo();
    connection = await createConnection(mongodb.url, { dbName: 'sluice_test' }).asPromise();
    trail = new AuditTrail(connection, systemClock, ['things']);
    await trail.onModuleInit();
  });

  afterAll(async () => {
    await connection?.close();
    await mongodb?.stop();
  });

  const things = () => connection.collection<Thing>('things');
  const log = () => connection.collection<AuditEntryDoc>('audit');
  const logged = (id: string) => log().find({ 'resource.id': id }).toArray();
  const entryOf = (id: string, requestId = 'req_1') =>
    requestScope.run({ requestId, actor }, () =>
      trail.entry({ action: 'api.updated', resource: { id, name: id }, before: { value: 1 }, after: { value: 2 } }),
    );

  /** What a process that ends right after its write leaves behind. */
  async function changed(id: string, more: Partial<Thing> = {}): Promise<Thing> {
    const doc: Thing = { _id: id, value: 2, pendingAudit: [entryOf(id)], ...more };
    await things().insertOne(doc);
    return doc;
  }

  test('records by its sweep what a process left that ended right after its write, and takes it off the document', async () => {
    await changed('left');
    await trail.sweep();
    expect(await logged('left')).toMatchObject([{ actor, requestId: 'req_1', action: 'api.updated' }]);
    expect(await things().findOne({ _id: 'left' })).toMatchObject({ value: 2, pendingAudit: [] });
  });

  test('records a change once, however many replicas sweep while it is recorded', async () => {
    const doc = await changed('raced');
    await Promise.all([trail.settle('things', doc), trail.sweep(), trail.sweep(), trail.settle('things', doc)]);
    await trail.settle('things', doc);
    expect(await logged('raced')).toHaveLength(1);
  });

  test('records a change once when the process ended between the log and the document', async () => {
    const doc = await changed('copied');
    await trail.settle('things', doc);
    await things().updateOne({ _id: 'copied' }, { $set: { pendingAudit: doc.pendingAudit ?? [] } });
    await trail.sweep();
    expect(await logged('copied')).toHaveLength(1);
    expect((await things().findOne({ _id: 'copied' }))?.pendingAudit).toEqual([]);
  });

  test('takes off a document only the entries that it has recorded', async () => {
    const doc = await changed('busy');
    const next = entryOf('busy', 'req_2');
    await things().updateOne({ _id: 'busy' }, { $push: { pendingAudit: next } });
    await trail.settle('things', doc);
    expect((await things().findOne({ _id: 'busy' }))?.pendingAudit).toEqual([next]);
    await trail.sweep();
    expect((await logged('busy')).map(({ requestId }) => requestId).sort()).toEqual(['req_1', 'req_2']);
  });

  test('removes what is gone only together with its entry', async () => {
    await changed('gone', { goneAt: new Date() });
    expect(await things().findOne({ _id: 'gone' })).not.toBeNull();
    await trail.sweep();
    expect(await things().findOne({ _id: 'gone' })).toBeNull();
    expect(await logged('gone')).toHaveLength(1);
  });

  test('keeps the changed members alone, with keys of any kind', async () => {
    const before = { same: 1, filter: { 'a.b': { $gt: 1 } }, revision: 1 };
    const after = { same: 1, filter: { 'a.b': { $gt: 2 } }, revision: 2 };
    const entry = trail.entry({ action: 'api.updated', resource: { id: 'keys', name: 'keys' }, before, after });
    await things().insertOne({ _id: 'keys', pendingAudit: [entry] });
    await trail.sweep();
    const [stored] = await trail.list({ limit: 10, filter: { resourceId: 'keys' } });
    expect(stored).toMatchObject({ before: { filter: before.filter }, after: { filter: after.filter } });
    expect(Object.keys(stored?.after ?? {})).toEqual(['filter']);
  });

  test('belongs to the installation where nobody asked', async () => {
    const entry = trail.entry({ action: 'domain.created', resource: { id: 'd', name: 'd' }, before: null, after: {} });
    expect(entry).toMatchObject({ actor: { kind: 'system' }, requestId: 'none', outcome: 'success' });
  });

  describe('is read', () => {
    const made: AuditEntry[] = [];
    const ids = (entries: AuditEntry[]) => entries.map(({ id }) => id);
    const START = Date.parse('2026-01-01T00:00:00.000Z');

    beforeAll(async () => {
      for (let index = 0; index < 12; index++) {
        const clock = { ...systemClock, wallMs: () => START + index * 1_000 };
        const dated = new AuditTrail(connection, clock, ['things']);
        const who = { ...actor, id: index % 2 ? 'adm_odd' : 'adm_even' };
        const entry = requestScope.run({ requestId: `req_${index}`, actor: who }, () =>
          dated.entry({
            action: index % 3 ? 'token.updated' : 'dataset.updated',
            resource: { id: `r${index % 4}`, name: 'r' },
            before: null,
            after: {},
          }),
        );
        await dated.settle('things', { _id: `list ${index}`, pendingAudit: [entry] });
        made.unshift((await dated.list({ limit: 1, filter: { resourceId: `r${index % 4}` } }))[0] as AuditEntry);
      }
    });

    const until = new Date(START + 3_600_000).toISOString();
    const all = (filter: object) => trail.list({ limit: 100, filter: { to: until, ...filter } });

    test('newest first, page by page, without a gap or a repetition', async () => {
      const seen: string[] = [];
      for (;;) {
        const page = await trail.list({ limit: 5, below: seen.at(-1), filter: { to: until } });
        if (page.length === 0) break;
        seen.push(...ids(page));
      }
      expect(seen).toEqual(ids(made));
    });

    test.each([
      ['actor', { actorId: 'adm_odd' }, (entry: AuditEntry) => entry.actor.id === 'adm_odd'],
      ['resource', { resourceId: 'r2' }, (entry: AuditEntry) => entry.resource.id === 'r2'],
      ['type', { resourceType: 'token' }, (entry: AuditEntry) => entry.resource.type === 'token'],
      ['action', { action: 'dataset.updated' }, (entry: AuditEntry) => entry.action === 'dataset.updated'],
      [
        'all of them at once',
        { actorId: 'adm_odd', resourceType: 'token' },
        (entry: AuditEntry) => entry.actor.id === 'adm_odd' && entry.resource.type === 'token',
      ],
    ])('filtered by %s', async (_name, filter, wanted) => {
      const expected = ids(made.filter(wanted));
      expect(expected.length).toBeGreaterThan(0);
      expect(expected.length).toBeLessThan(made.length);
      expect(ids(await all(filter))).toEqual(expected);
    });

    test('over a span of time that begins with its start and ends before its end', async () => {
      const at = (second: number) => new Date(START + second * 1_000).toISOString();
      const found = await trail.list({ limit: 100, filter: { from: at(3), to: at(6) } });
      expect(found.map((entry) => entry.at)).toEqual([at(5), at(4), at(3)]);
    });

    test('by indexes, whatever it is filtered by', async () => {
      const names = Object.keys((await log().indexInformation()) as object);
      for (const field of ['_id_', 'actor.id', 'resource.id', 'resource.type', 'action'])
        expect(names.some((name) => name.startsWith(field))).toBe(true);
    });
  });
});

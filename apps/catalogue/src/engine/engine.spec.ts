import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from './engine';
import { InstanceLost, MemoryFull, QueryTimeout } from './engine-errors';
import { QueueFull } from './fair-queue';

const ENDLESS = 'SELECT count(*) FROM range(10_000_000_000) a, range(1000)';

describe('the engine', () => {
  let root: string;
  let engine: Engine;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'catalogue-engine-'));
    const directory = join(root, 'own');
    engine = await Engine.open({ directory, name: 'test', memoryBytes: 64e6, threads: 2, running: 1, waiting: 1 });
  });

  afterEach(async () => {
    engine.close();
    await rm(root, { recursive: true });
  });

  it('reads, writes and attaches nothing outside its directory', async () => {
    const outside = join(root, 'outside.csv');
    await writeFile(outside, 'a\n1\n');
    await expect(engine.query(`SELECT * FROM read_csv('${outside}')`)).rejects.toThrow('Permission Error');
    await expect(engine.query(`COPY (SELECT 1) TO '${join(root, 'out.csv')}'`)).rejects.toThrow('Permission Error');
    await expect(engine.query(`ATTACH '${join(root, 'out.duckdb')}' AS other`)).rejects.toThrow('Permission Error');
    await expect(engine.query(`SELECT * FROM glob('${root}/own/../*')`)).rejects.toThrow('Permission Error');
  });

  it('takes no other settings and no extensions', async () => {
    await expect(engine.query('SET enable_external_access = true')).rejects.toThrow('locked');
    await expect(engine.query("SET memory_limit = '1GB'")).rejects.toThrow('locked');
    await expect(engine.query('INSTALL httpfs')).rejects.toThrow();
  });

  it('binds values, so that text of a caller never is SQL', async () => {
    const text = `'; DROP TABLE x; -- "`;
    expect(await engine.query('SELECT ?', [text])).toEqual([[text]]);
  });

  it('holds no memory of statements that have ended: different sorts of long texts, one after the other', async () => {
    const small = await Engine.open({
      directory: root,
      name: 'small',
      memoryBytes: 64e6,
      threads: 2,
      running: 2,
      waiting: 9,
    });
    await small.query("CREATE TABLE long AS SELECT range AS id, repeat('x', 9000) || range % 7 AS text FROM range(40)");
    for (let id = 0; id < 200; id++) {
      const behind = `text > (SELECT text FROM long WHERE id = ${id % 40}) OR text IS NULL AND id <> ${id}`;
      await small.query(`SELECT id, text FROM long WHERE ${behind} ORDER BY text, id LIMIT 20`);
    }
    small.close();
  });

  it('ends a query at its time limit', async () => {
    await expect(engine.query(ENDLESS, [], { timeoutMs: 30 })).rejects.toThrow(QueryTimeout);
    expect(await engine.query('SELECT 1')).toEqual([[1]]);
  });

  it('ends a query whose caller gave up, running or waiting', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const running = engine.query(ENDLESS, [], { signal: first.signal });
    const waiting = engine.query(ENDLESS, [], { signal: second.signal });
    second.abort(new Error('second gave up'));
    await expect(waiting).rejects.toThrow('second gave up');
    first.abort(new Error('first gave up'));
    await expect(running).rejects.toThrow('first gave up');
    await expect(engine.query('SELECT 1', [], { signal: first.signal })).rejects.toThrow('first gave up');
    expect(await engine.query('SELECT 1')).toEqual([[1]]);
  });

  it('refuses at once what would wait too long', async () => {
    const stop = new AbortController();
    const running = engine.query(ENDLESS, [], { signal: stop.signal });
    const waiting = engine.query('SELECT 2');
    await expect(engine.query('SELECT 3')).rejects.toThrow(QueueFull);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(await waiting).toEqual([[2]]);
  });

  it('tells when memory does not suffice', async () => {
    await expect(engine.query('SELECT list(range) FROM range(50_000_000)')).rejects.toThrow(MemoryFull);
  });

  it('opens another instance when DuckDB gives one up, and tells who kept tables in it', async () => {
    const poison = join(root, 'own', 'poison.parquet');
    await copyFile(join(__dirname, '../../../../test/cases/poison-variant.parquet'), poison);
    await engine.query('CREATE TABLE kept AS SELECT 1');
    let lost = 0;
    engine.onLost(() => lost++);
    const failure = await engine.query(`SELECT * FROM read_parquet('${poison}')`).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InstanceLost);
    expect(failure).toMatchObject({ isCause: true });
    expect([lost, engine.isOpen]).toEqual([1, false]);
    expect(await engine.query('SELECT 1')).toEqual([[1]]);
    expect(engine.isOpen).toBe(true);
    await expect(engine.query('SELECT * FROM kept')).rejects.toThrow('does not exist');
  });
});

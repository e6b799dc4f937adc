import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../../../test/support/wait-for';
import { BlockEnds, RenderedRows } from './rendered-rows';
import type { RowBlock } from './row-block';

const ROWS = ['{"a":1}', '{"a":"ä, {}"}', '{}', '{"a":null}'];

function block(rows: readonly string[] = ROWS): RowBlock {
  let end = -1;
  const ends = Uint32Array.from(rows, (row) => {
    end += Buffer.byteLength(row) + 1;
    return end;
  });
  return { bytes: Buffer.from(rows.join(',')), ends };
}

describe('rendered rows on the disk', () => {
  let directory: string;
  let bytes: number;
  let isFull: boolean;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rendered-rows-'));
    bytes = 0;
    isFull = false;
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  const open = (maxBytes = 1e6, endsBytes = 1e6) =>
    new RenderedRows({
      path: join(directory, 'v1'),
      maxBytes,
      ends: new BlockEnds(endsBytes),
      onBytes: (change) => {
        bytes += change;
      },
      hasRoomFor: () => !isFull,
    });
  const files = async () => (await readdir(directory)).sort();
  const text = async (rows: Promise<Buffer | null>) => (await rows)?.toString();

  it.each([1e6, 1])('are read by row and by run, with %d bytes for where they end', async (endsBytes) => {
    const rendered = open(1e6, endsBytes);
    await rendered.keep('a', 3, block(['{"b":0}']));
    await rendered.keep('a', 7, block());
    for (let from = 0; from < ROWS.length; from++)
      for (let to = from; to < ROWS.length; to++)
        expect(await text(rendered.read('a', 7, from, to))).toBe(ROWS.slice(from, to + 1).join(','));
    expect(await text(rendered.read('a', 3, 0, 0))).toBe('{"b":0}');
    expect(await rendered.read('a', 4, 0, 0)).toBeNull();
    expect(await rendered.read('b', 7, 0, 0)).toBeNull();
    rendered.close();
  });

  it('take the bytes that they say, and give them all back when their version goes', async () => {
    const rendered = open();
    for (const name of ['a', 'b']) await rendered.keep(name, 0, block());
    const one = block();
    expect(bytes).toBe(2 * (one.bytes.length + one.ends.byteLength));
    const reading = rendered.read('a', 0, 0, 1);
    rendered.close();
    expect([ROWS.slice(0, 2).join(','), undefined]).toContain(await text(reading));
    expect(bytes).toBe(0);
    await waitFor('no file', async () => (await files()).length === 0);
    await rendered.keep('a', 0, one);
    expect(await rendered.read('a', 0, 0, 0)).toBeNull();
    expect(await files()).toEqual([]);
  });

  it('of selections that were not read for longest go where there is no room', async () => {
    const one = block();
    const rendered = open(2 * (one.bytes.length + one.ends.byteLength));
    for (const name of ['a', 'b']) await rendered.keep(name, 0, one);
    await rendered.read('a', 0, 0, 0);
    await rendered.keep('c', 0, one);
    await waitFor('two files', async () => (await files()).length === 2);
    expect(['a', 'b', 'c'].map((name) => rendered.has(name, 0))).toEqual([true, false, true]);
    await rendered.keep('c', 1, block(Array.from({ length: 50 }, () => '{"much":"more"}')));
    expect(rendered.has('c', 1)).toBe(false);
    rendered.close();
  });

  it('are of sixteen selections at most', async () => {
    const rendered = open();
    for (let name = 0; name < 40; name++) await rendered.keep(String(name), 0, block());
    await waitFor('sixteen files', async () => (await files()).length === 16);
    expect(await text(rendered.read('39', 0, 2, 2))).toBe('{}');
    rendered.close();
  });

  it('are not written to a disk that has no room to spare', async () => {
    isFull = true;
    const rendered = open();
    await rendered.keep('a', 0, block());
    expect([rendered.hasRoomFor(1), rendered.has('a', 0), bytes, await files()]).toEqual([false, false, 0, []]);
  });

  it('are not there, rather than wrong, where their file was cut off or their directory is gone', async () => {
    const rendered = open(1e6, 1);
    await rendered.keep('a', 0, block());
    await truncate(join(directory, (await files())[0] ?? ''), 20);
    expect(await rendered.read('a', 0, 1, 1)).toBeNull();
    expect([rendered.has('a', 0), bytes]).toEqual([false, 0]);
    await rm(directory, { recursive: true });
    await rendered.keep('a', 0, block());
    expect([rendered.has('a', 0), bytes]).toEqual([false, 0]);
  });
});

import type { Field } from '@sluice/contracts/fields';
import { SingleFlight } from '@sluice/runtime/single-flight';
import { LRUCache } from 'lru-cache';
import { joinBlocks, type RowBlock, rowsOf } from '../tables/row-block';
import { endOf, type VersionTable } from '../tables/version-table';
import type { RowRenderer } from './render-rows';

/** The rows of a table in one selection of fields, in blocks of one size. */
export interface SelectedRows {
  table: VersionTable;
  fields: readonly Field[];
  /** Names the selection and the size of its blocks. */
  name: string;
  blockRows: number;
  /** Where all of its blocks find room. */
  home: 'memory' | 'disk' | null;
}

/**
 * Holds blocks of rendered rows: whole ones on the disk beside their version where the memory has no room for all of them,
 * others in memory, bounded. A row never changes and never moves, so they never go stale: a later snapshot only has more
 * rows at the end, and shows fewer of those before. The last block of a table may grow.
 */
export class RenderedBlocks {
  private readonly blocks: LRUCache<string, RowBlock>;
  private readonly rendering = new SingleFlight<RowBlock>();

  constructor(
    private readonly renderer: RowRenderer,
    maxBytes: number,
  ) {
    const sizeCalculation = ({ bytes, ends }: RowBlock) => bytes.length + ends.byteLength + 200;
    this.blocks = new LRUCache({ maxSize: maxBytes, sizeCalculation });
  }

  /** Finds rows `from` to `to` of a block, both included; null where they are not rendered. */
  async find(of: SelectedRows, number: number, from: number, to: number): Promise<Buffer | null> {
    const block = this.blocks.get(keyOf(of, number));
    if (block && to < block.ends.length) return rowsOf(block, from, to);
    return (await of.table.rendered?.read(of.name, number, from, to)) ?? null;
  }

  /** Renders a block with every row that the table has for it, once for all who ask meanwhile. */
  render(of: SelectedRows, number: number): Promise<RowBlock> {
    const key = keyOf(of, number);
    const known = this.blocks.get(key);
    const count = rowsInBlock(of, number);
    if (known && known.ends.length >= count) return Promise.resolve(known);
    return this.rendering.run(`${key} ${count}`, async () => {
      const block = await this.grown(known, of, number * of.blockRows, count);
      if (of.home === 'disk' && count === of.blockRows) await of.table.rendered?.keep(of.name, number, block);
      else this.keep(key, block);
      return block;
    });
  }

  /** Renders the blocks that are not there, one after the other. */
  async renderAll(of: SelectedRows): Promise<void> {
    for (let number = 0; number * of.blockRows < endOf(of.table); number++)
      if (!of.table.rendered?.has(of.name, number)) await this.render(of, number);
  }

  private keep(key: string, block: RowBlock): void {
    const meanwhile = this.blocks.get(key);
    if (!meanwhile || meanwhile.ends.length < block.ends.length) this.blocks.set(key, block);
  }

  /** The block with as many rows as the table has for it: only those are rendered that it did not have. */
  private async grown(
    known: RowBlock | undefined,
    { table, fields }: SelectedRows,
    first: number,
    count: number,
  ): Promise<RowBlock> {
    if (!known) return await this.renderer.run(table, fields, first, count);
    const had = known.ends.length;
    return joinBlocks(known, await this.renderer.run(table, fields, first + had, count - had));
  }
}

function rowsInBlock({ table, blockRows }: SelectedRows, number: number): number {
  return Math.min(blockRows, endOf(table) - number * blockRows);
}

function keyOf({ table, name }: SelectedRows, number: number): string {
  return `${table.id} ${name} ${number}`;
}

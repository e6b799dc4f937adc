import { Publisher } from '../test/support/publisher';
import { Stack } from '../test/support/stack';
import type { Growth } from './growth/growth-cost';
import { printGrowth } from './growth/print-growth';
import { growApis, growTokens } from './growth/routes';
import { growRows } from './growth/rows';
import { growSends } from './growth/sends';
import { growFields, growVersions } from './growth/versions';
import { warmUp } from './growth/warm-up';

interface Axis {
  grow: (stack: Stack, publisher: Publisher, sizes: readonly number[]) => Promise<Growth[]>;
  sizes: readonly number[];
  /** What `--large` adds: minutes more. */
  larger: readonly number[];
}

const axes: Readonly<Record<string, Axis>> = {
  rows: { grow: growRows, sizes: [10_000, 100_000, 1_000_000], larger: [10_000_000] },
  apis: { grow: growApis, sizes: [10, 100, 1_000], larger: [10_000] },
  tokens: { grow: growTokens, sizes: [10, 1_000, 10_000], larger: [100_000] },
  fields: { grow: growFields, sizes: [10, 100, 1_000], larger: [] },
  versions: { grow: growVersions, sizes: [1, 10, 50], larger: [200] },
  sends: { grow: growSends, sizes: [1, 10_000, 100_000], larger: [1_000_000] },
};

/**
 * Prints how the cost of a piece of work grows with everything that can grow, each in a product of its own: the processor
 * time of gateway and catalogue. Takes names of what grows, and `--large` for the largest sizes.
 */
async function main(args: readonly string[]): Promise<void> {
  const isLarge = args.includes('--large');
  const names = args.filter((arg) => arg !== '--large');
  for (const name of names.length > 0 ? names : Object.keys(axes)) {
    const axis = axes[name];
    if (!axis) throw new Error(`${name} is none of ${Object.keys(axes).join(', ')}`);
    const stack = await Stack.start();
    try {
      const publisher = new Publisher(stack);
      await warmUp(stack, publisher);
      printGrowth(await axis.grow(stack, publisher, isLarge ? [...axis.sizes, ...axis.larger] : axis.sizes));
    } finally {
      await stack.stop();
    }
  }
}

void main(process.argv.slice(2));

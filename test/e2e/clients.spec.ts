import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import {
  bashRunner,
  duckdbRunner,
  goRunner,
  javaRunner,
  nodeRunner,
  pythonRunner,
  type Runner,
  runProgram,
  skippedBecause,
} from '../support/programs';
import { Publisher } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';

const ROWS = 2_500;
const FIRST_ID = 9_007_199_254_740_993n;
const RUN_MS = 180_000;

/** How the languages of code blocks are run here; those of all others are not. */
const runners: Readonly<Record<string, Runner>> = {
  sh: bashRunner,
  js: nodeRunner,
  python: pythonRunner,
  go: goRunner,
  java: javaRunner,
  sql: duckdbRunner,
};

const page = readFileSync(join(projectRoot, 'docs', 'clients.md'), 'utf8');
const blocks = page.split(/^## /m).flatMap((section) =>
  [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, language = '', code = '']) => {
    const runner = runners[language];
    return runner ? [{ title: section.split('\n', 1)[0] ?? '', code, runner }] : [];
  }),
);

describe('the lines of docs/clients.md', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let secret = '';

  beforeAll(async () => {
    const rows = Array.from({ length: ROWS }, (_, index) => {
      const day = String(1 + (index % 28)).padStart(2, '0');
      return `${FIRST_ID + BigInt(index)},${index % 2 === 0 ? 'EU' : 'US'},${index % 25}.${50 - (index % 2)},2026-01-${day}`;
    });
    const file = `order_id,region,amount,day\n${rows.join('\n')}\n`;
    const dataset = await publisher.dataset('Orders of clients');
    await publisher.version(dataset.id, 'csv', file, `?types=${encodeURIComponent('{"amount":"decimal"}')}`);
    const api = await publisher.api({ name: 'Orders', path: 'clients/orders', datasetId: dataset.id, active: true });
    const issued = await publisher.token('Clients');
    await publisher.assign(api.id, issued.token.id);
    secret = issued.secret;
  });

  it('are there for many languages', () => {
    expect(new Set(blocks.map(({ runner }) => runner)).size).toBe(Object.keys(runners).length);
  });

  for (const { title, code, runner } of blocks) {
    (runner.missing === undefined ? it : it.skip)(
      `work as they stand: ${title}${skippedBecause(runner)}`,
      async () => {
        const program = code
          .replaceAll('https://data.example.com', stack.url)
          .replaceAll('/api/orders', '/api/clients/orders')
          .replaceAll('"https://"', '"http://"');
        const { code: exit, stdout, stderr } = await runProgram(runner, program, { SLUICE_TOKEN: secret });
        const expected = [...code.matchAll(/→ (.*)/g)].map(([, text = '']) => text);
        expect(expected).not.toEqual([]);
        expect({ exit, stderr }).toMatchObject({ exit: 0 });
        for (const text of expected) expect(stdout).toContain(text);
      },
      RUN_MS,
    );
  }
});

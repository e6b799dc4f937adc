import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { answerTo, Publisher, read, vegaFile } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';

/** Runs ES modules that jest on Node 20 cannot load: in a process of their own, fed by standard input. */
function inNode(script: string, input: unknown): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: projectRoot,
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const READ_INPUT = `
import { readFileSync } from 'node:fs';
const document = JSON.parse(readFileSync(0, 'utf8'));`;
const LINT = `${READ_INPUT}
import { createConfig, lintFromString } from '@redocly/openapi-core';
const config = await createConfig({ extends: ['recommended-strict'], rules: { 'info-license': 'off', 'no-server-example.com': 'off', 'operation-4xx-response': 'error' } });
const problems = await lintFromString({ source: JSON.stringify(document), absoluteRef: 'openapi.json', config });
console.log(JSON.stringify(problems.map(({ ruleId, severity, message, location }) => ({ ruleId, severity, message, at: location[0]?.pointer }))));`;
const GENERATE = `${READ_INPUT}
import openapiTS, { astToString } from 'openapi-typescript';
console.log(astToString(await openapiTS(document)));`;

describe('the OpenAPI document of an API', () => {
  const stack = useSharedStack();
  let open: Awaited<ReturnType<Publisher['publish']>>;
  let document: Record<string, unknown>;

  beforeAll(async () => {
    const publisher = new Publisher(stack);
    open = await publisher.publish('Films', 'json', await vegaFile('movies.json'));
    const { json } = await answerTo(`${stack.url}/docs/apis/films/openapi.json`, {
      headers: { authorization: `Bearer ${open.secret}` },
    });
    document = json as Record<string, unknown>;
  });

  it('passes a strict linter without a single complaint', () => {
    expect(JSON.parse(inNode(LINT, document))).toEqual([]);
  });

  it('makes TypeScript types that compile and fit a real response', async () => {
    const directory = mkdtempSync(join(projectRoot, 'test-artifacts-openapi-'));
    try {
      writeFileSync(join(directory, 'api.ts'), inNode(GENERATE, document));
      const { text } = await read(stack.url, 'films?_limit=50&_count=exact', open.secret);
      const type = "paths['/api/films']['get']['responses']['200']['content']['application/json']";
      writeFileSync(
        join(directory, 'response.ts'),
        `import type { paths } from './api';\nexport const response: ${type} = ${text};\n`,
      );
      writeFileSync(
        join(directory, 'wrong.ts'),
        `import type { paths } from './api';\n// @ts-expect-error rows are objects\nexport const wrong: ${type}['data'] = [1];\n`,
      );
      const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--ignoreConfig'];
      const tsc = join(projectRoot, 'node_modules/typescript/bin/tsc');
      const files = ['response.ts', 'wrong.ts'].map((file) => join(directory, file));
      const { stdout } = spawnSync(process.execPath, [tsc, ...options, ...files], { encoding: 'utf8' });
      expect(stdout).toBe('');
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

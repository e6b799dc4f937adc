import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { type DocumentedApis, documentOf, publishDocumentedApis } from '../support/documented-apis';
import { answerTo, Publisher, read } from '../support/publisher';
import { pythonVenv } from '../support/python-venv';
import { useSharedStack } from '../support/use-stack';

const run = promisify(execFile);
const venv = pythonVenv(['openapi-python-client==0.29.1']);
const PYTHON_MS = 180_000;

const stack = useSharedStack();
let apis: DocumentedApis;
let folder: string;
/** The documents by the names of their files. */
let documents: Record<string, string>;

beforeAll(async () => {
  apis = await publishDocumentedApis(new Publisher(stack), 'Generated');
  const { things, few, sends, secret } = apis;
  documents = {
    things: (await documentOf(stack.url, things, secret)).text,
    few: (await documentOf(stack.url, few, secret)).text,
    sends: (await documentOf(stack.url, sends, secret)).text,
    management: (await answerTo(`${stack.url}/docs/openapi.json`)).text,
  };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs a program that is expected to succeed; its errors are those of the test. */
async function output(program: string, ...args: string[]): Promise<string> {
  const ended = run(program, args, { cwd: folder, maxBuffer: 1 << 26 });
  return (await ended.catch((error) => Promise.reject(new Error(`${error.stdout}${error.stderr}`)))).stdout;
}

async function writeDocuments(parent: string): Promise<string[]> {
  folder = await mkdtemp(join(parent, 'test-artifacts-clients-'));
  for (const [name, text] of Object.entries(documents)) await writeFile(join(folder, `${name}.json`), text);
  return Object.keys(documents);
}

/** Generates all in one process of Node's own: jest on Node 20 cannot load ES modules. */
const GENERATE = `
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';
for (const name of process.argv.slice(1)) {
  const document = JSON.parse(readFileSync(name + '.json', 'utf8'));
  writeFileSync(name + '.ts', astToString(await openapiTS(document)));
}`;

describe('types that openapi-typescript makes of the documents', () => {
  /** Reads faults as a program does, which compiles only where the document has them. */
  const consumer = (path: string, page: string, list: string, problem: string) => `
import type { components, paths } from './things.js';
import type { components as management } from './management.js';
type Reading = paths['${path}']['get']['responses'];
export const page: Reading[200]['content']['application/json'] = ${page};
export const rows: components['schemas']['RowsPage'] = ${page};
export const list: components['schemas']['RowList'] = ${list};
export const problem: Reading[400]['content']['application/problem+json'] = ${problem};
export const faults: string[] = (problem.errors ?? []).map(({ name, detail }) => name + ': ' + detail);
export const seconds: Reading[429]['headers']['Retry-After'] = 1;
export const managed = (refusal: management['schemas']['Problem']) => refusal.errors?.map(({ pointer }) => pointer);
// @ts-expect-error rows are objects
export const wrong: components['schemas']['RowsPage']['data'] = [1];
`;

  it('compile, fit the answers to pages, lists and refusals, and have the list of faults', async () => {
    const names = await writeDocuments(projectRoot);
    const bin = (path: string) => join(projectRoot, 'node_modules', path);
    await output(process.execPath, '--input-type=module', '-e', GENERATE, ...names);
    const { path } = apis.things;
    const text = async (query: string) => (await read(stack.url, `${path}?${query}`, apis.secret)).text;
    const parts = [await text('_limit=2&_count=exact'), await text('_shape=array'), await text('price=abc&nothing=1')];
    const [page = '', list = '', problem = ''] = parts;
    await writeFile(join(folder, 'consumer.ts'), consumer(`/api/${path}`, page, list, problem));
    const files = [...names.map((name) => `${name}.ts`), 'consumer.ts'];
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--ignoreConfig'];
    expect(await output(process.execPath, bin('typescript/bin/tsc'), ...options, ...files)).toBe('');
    expect(await readFile(join(folder, 'things.ts'), 'utf8')).toContain('Fault');
  });
});

describe(`clients that openapi-python-client makes${venv.missing ? ` (skipped: ${venv.missing})` : ''}`, () => {
  const made = venv.missing ? it.skip : it;
  const CONSUMER = `
import importlib, json, os, sys
sys.path.insert(0, ".")
from things import AuthenticatedClient
from things.models import Problem, RowsPage
tag = os.environ["TAG"].replace("-", "_")
reading = importlib.import_module("things.api." + tag + ".read_rows")
with AuthenticatedClient(base_url=os.environ["URL"], token=os.environ["SLUICE_TOKEN"]) as client:
    page = reading.sync(client=client, field_limit=2)
    assert isinstance(page, RowsPage), page
    refused = reading.sync_detailed(client=client, price="abc")
    assert isinstance(refused.parsed, Problem), refused
print(json.dumps({
    "ids": [str(row.id) for row in page.data],
    "opens": page.data[0].opens,
    "status": refused.status_code,
    "faults": [[fault.name, fault.detail] for fault in refused.parsed.errors],
}))
`;

  made(
    'compile, fetch rows with every digit, and show the list of faults of a 400',
    async () => {
      const names = await writeDocuments(tmpdir());
      const python = String(venv.python);
      await writeFile(join(folder, 'config.yml'), 'post_hooks: []\n');
      for (const name of names) {
        const told = ['--path', `${name}.json`, '--output-path', name, '--meta', 'none', '--config', 'config.yml'];
        const warned = await output(python, '-m', 'openapi_python_client', 'generate', ...told);
        // It knows no bodies of CSV, NDJSON and Parquet, and says so; there is nothing else that it leaves out.
        const warnings = warned.match(/^WARNING.*$/gm) ?? [];
        expect(warned.match(/^Unsupported content type/gm) ?? []).toHaveLength(warnings.length);
      }
      await output(python, '-m', 'compileall', '-q', ...names);
      await writeFile(join(folder, 'consumer.py'), CONSUMER);
      const env = { ...process.env, TAG: apis.things.slug, URL: stack.url, SLUICE_TOKEN: apis.secret };
      const { stdout } = await run(python, ['consumer.py'], { cwd: folder, env });
      expect(JSON.parse(stdout)).toEqual({
        ids: ['9007199254740993', '2'],
        opens: '08:30:00',
        status: 400,
        faults: [['price', expect.stringContaining('write a number')]],
      });
    },
    PYTHON_MS,
  );
});

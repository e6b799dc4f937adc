import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DocumentedApis, documentOf, publishDocumentedApis } from '../support/documented-apis';
import { answerTo, Publisher } from '../support/publisher';
import { pythonVenv } from '../support/python-venv';
import { useStack } from '../support/use-stack';

const venv = pythonVenv(['schemathesis==4.32.5']);
const RUN_MS = 240_000;
const SEED = '1';
/** Further random requests to each operation, beside all that follows from its schema. */
const REQUESTS_EACH = '3';

/** What refuses a request counts as such also where it is not the first status that one thinks of. */
const CONFIG = `
[checks.missing_required_header]
# 428 is the answer to a change without If-Match (RFC 6585 section 3).
expected-statuses = [400, 401, 403, 406, 415, 422, 428]
[checks.negative_data_rejection]
# 412 for If-Match, 413 and 431 for what is too long, before anything of it is read.
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 428, 429, 431]

# OpenAPI 3.1 has no word for QUERY (RFC 10008), which the endpoint of an API takes.
[[operations]]
include-path-regex = "^/api/[^/]+$"
checks.unsupported_method.enabled = false
checks.allow_header_conformance.enabled = false
`;
const everywhere = [
  // No schema says which cursor belongs to a query, which dataset exists, or that a key was used for another body.
  ['--exclude-checks', 'positive_data_acceptance'],
  // The character NUL is in no text here; JSON Schema could only say so by a pattern at every text.
  ['--generation-allow-x00', 'false'],
];
const ofManagement = [
  // Requests without a good key are guesses: after twenty of them the address has to wait, whatever it sends.
  ['--exclude-checks', 'positive_data_acceptance,ignored_auth'],
  // Event streams have no end, and taking back the key that the test works with ends the test.
  ['--exclude-path-regex', '(/live|/events|/admin-keys/{keyId})$'],
];

const run = promisify(execFile);

/** Holds a server to a document; gives what it complains of, or nothing. */
async function complaintsOf(
  folder: string,
  url: string,
  text: string,
  secret: string,
  options: readonly (readonly string[])[],
) {
  await writeFile(join(folder, 'document.json'), text);
  await writeFile(join(folder, 'schemathesis.toml'), CONFIG);
  const program = ['-m', 'schemathesis.cli', '--config-file', 'schemathesis.toml', 'run', 'document.json'];
  const bounds = ['--max-examples', REQUESTS_EACH, '--seed', SEED, '--request-timeout', '20', '--no-shrink'];
  const told = ['--continue-on-failure', '--no-color', '--url', url, '--header', `Authorization: Bearer ${secret}`];
  const { stdout, failed } = await run(
    String(venv.python),
    [...program, ...bounds, ...told, ...[...everywhere, ...options].flat()],
    { cwd: folder, maxBuffer: 1 << 26 },
  ).then(
    ({ stdout }) => ({ stdout, failed: false }),
    (error: { stdout: string }) => ({ stdout: error.stdout, failed: true }),
  );
  expect(stdout).toMatch(/\d+ generated/);
  return failed ? stdout.slice(0, 20_000) : '';
}

describe(`the product keeps its documents${venv.missing ? ` (skipped: ${venv.missing})` : ''}`, () => {
  // A stack of its own: what schemathesis sends are refused secrets of this address, and things of any name.
  const held = venv.missing ? it.skip : it;
  const stack = venv.missing ? undefined : useStack();
  let apis: DocumentedApis;
  let folder: string;

  beforeAll(async () => {
    if (!stack) return;
    folder = await mkdtemp(join(tmpdir(), 'sluice-schemathesis-'));
    apis = await publishDocumentedApis(new Publisher(stack), 'Held');
  });
  afterAll(async () => folder && (await rm(folder, { recursive: true, force: true })));

  held.each([
    // Changes take the filters of rows, and are tried with fewer of them below, where exports and queries are left out.
    ['things', [['--exclude-path-regex', '_changes$']]],
    ['few', [['--exclude-path-regex', '(_export|_query)$']]],
    ['sends', []],
  ] as const)(
    'of an API: %s',
    async (name, options) => {
      const { url = '' } = stack ?? {};
      const { text } = await documentOf(url, apis[name], apis.secret);
      expect(await complaintsOf(folder, url, text, apis.secret, options)).toBe('');
    },
    RUN_MS,
  );

  held(
    'of the management routes',
    async () => {
      const { url = '', adminKey = '' } = stack ?? {};
      const { json } = await answerTo(`${url}/docs/openapi.json`);
      expect(await complaintsOf(folder, url, withoutSessions(json), adminKey, ofManagement)).toBe('');
    },
    RUN_MS,
  );
});

/** Leaves the session's cookie away: one that is made up is a guess, and a caller with a key needs none. */
function withoutSessions(document: unknown): string {
  return JSON.stringify(document, (key, value) => {
    if (key === 'security') return value.filter((way: object) => !('session' in way));
    if (key === 'securitySchemes') return { admin: value.admin };
    return value;
  });
}

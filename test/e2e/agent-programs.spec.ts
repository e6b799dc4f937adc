import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { agentConfigurations } from '../../apps/console/src/pages/tokens/agent-configurations';
import { configured } from '../support/agent';
import { newerNode } from '../support/newer-node';
import { Publisher } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';

const { programs, missing } = newerNode();
const because = missing === undefined ? '' : ` (skipped: ${missing})`;
const FILE = 'id,name\n1,Ann\n2,Bo\n';
/** What the suite holds a server to that has no tools of the suite's own; what it cannot exercise without them fails there. */
const SCENARIOS = [
  ['server-initialize', '2025-11-25', []],
  ['ping', '2025-11-25', []],
  ['tools-list', '2025-11-25', []],
  ['tools-list', '2026-07-28', []],
  ['http-header-validation', '2026-07-28', []],
  [
    'server-stateless',
    '2026-07-28',
    [
      // It wants tools of its own.
      'sep-2575-server-rejects-undeclared-capability',
      'sep-2575-missing-capability-http-400',
      'sep-2575-http-server-no-independent-requests-on-stream',
      'sep-2575-server-no-log-without-loglevel',
      // Nothing is told of its own accord here, so that there is nothing to subscribe to.
      'sep-2575-server-sends-subscription-ack',
      'sep-2575-server-tags-subscription-id',
    ],
  ],
] as const;

interface Bridge {
  command: string;
  args: string[];
  env: Record<string, string>;
}

describe('programs for agents', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let secret: string;
  const having = programs ? it : it.skip;

  beforeAll(async () => {
    ({ secret } = await publisher.publish('Agent programs', 'csv', FILE));
  }, 60_000);

  having.each(SCENARIOS)(
    `hold the conformance suite's %s in %s${because}`,
    async (scenario, version, known) => {
      const suite = ['server', '--scenario', scenario, '--spec-version', version];
      const printed = await withToken(`${stack.url}/mcp`, secret, async (url) => {
        try {
          return await programs?.run('conformance', ...suite, '--url', url);
        } catch (error) {
          // It fails for the checks that it cannot make.
          return (error as { stdout: string }).stdout;
        }
      });
      const lines = stripVTControlCharacters(printed ?? '');
      const checks = [...lines.matchAll(/\[([a-z\d-]+)\s*\] (SUCCESS|FAILURE)/g)];
      expect(checks.filter(([, , result]) => result === 'SUCCESS').length).toBeGreaterThan(0);
      expect(checks.filter(([, , result]) => result === 'FAILURE').map(([, name]) => name)).toEqual(known);
    },
    180_000,
  );

  having(
    `call a tool by the inspector${because}`,
    async () => {
      const { url, headers } = configured(stack.url, secret);
      const call = ['--method', 'tools/call', '--tool-name', 'query_dataset', '--tool-arg', 'dataset=agent-programs'];
      const header = ['--header', `Authorization: ${headers.Authorization}`];
      const printed = await programs?.run('mcp-inspector', '--cli', url, '--transport', 'http', ...call, ...header);
      expect(JSON.parse(printed ?? '{}')).toMatchObject({
        structuredContent: {
          rows: [
            { id: 1, name: 'Ann' },
            { id: 2, name: 'Bo' },
          ],
        },
      });
    },
    180_000,
  );

  having(
    `reach it by mcp-remote as the console configures it for Claude Desktop${because}`,
    async () => {
      const desktop = agentConfigurations(stack.url, secret).find(({ client }) => client === 'Claude Desktop');
      const [server] = Object.values(JSON.parse(desktop?.text ?? '{}').mcpServers) as Bridge[];
      const [yes, program, ...args] = server?.args ?? [];
      expect([server?.command, yes, program]).toEqual(['npx', '-y', 'mcp-remote']);
      const client = new Client({ name: 'test', version: '1' });
      const env = { ...process.env, ...server?.env } as Record<string, string>;
      await client.connect(
        new StdioClientTransport({ command: join(programs?.bin ?? '', 'mcp-remote'), args, env, stderr: 'ignore' }),
      );
      const { structuredContent } = await client.callTool({ name: 'search_datasets', arguments: {} });
      expect(structuredContent).toMatchObject({ datasets: [{ dataset: 'agent-programs' }] });
      await client.close();
    },
    180_000,
  );
});

/** Passes requests on with a token, for a client that has no place for one. */
async function withToken<Result>(target: string, secret: string, work: (url: string) => Promise<Result>) {
  const server = createServer(async (asked, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk);
    const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...headers } = asked.headers;
    const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
    const sent = { ...(headers as Record<string, string>), authorization: `Bearer ${secret}` };
    const got = await fetch(target, { method: asked.method, headers: sent, body });
    answer.writeHead(got.status, { 'content-type': got.headers.get('content-type') ?? 'text/plain' });
    answer.end(Buffer.from(await got.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

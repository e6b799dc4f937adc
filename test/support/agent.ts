import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { agentConfigurations } from '../../apps/console/src/pages/tokens/agent-configurations';

/** The result of a tool, as tests look at it. */
export interface ToolResult {
  isError: boolean;
  text: string;
  links: { uri: string; mimeType?: string }[];
  structured: Record<string, unknown>;
  /** What the answer takes whole. */
  bytes: number;
}

interface Configured {
  mcpServers: Record<string, { url: string; headers: Record<string, string> }>;
}

/** What the console prints for clients that take plain JSON. */
export function configured(origin: string, secret: string): { url: string; headers: Record<string, string> } {
  const { text } = agentConfigurations(origin, secret).find(({ client }) => client === 'Others') ?? { text: '{}' };
  const { mcpServers } = JSON.parse(text) as Configured;
  const [server] = Object.values(mcpServers);
  if (!server) throw new Error('no configuration');
  return server;
}

/** The official client, connected as the console's configuration says, in one revision of the protocol. */
export async function connectAgent(origin: string, secret: string, revision: 'legacy' | 'auto' = 'auto') {
  const { url, headers } = configured(origin, secret);
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: revision } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  const call = async (name: string, given: Record<string, unknown> = {}): Promise<ToolResult> => {
    const result = await client.callTool({ name, arguments: given });
    const content = (result.content ?? []) as { type: string; text?: string; uri?: string; mimeType?: string }[];
    return {
      isError: result.isError === true,
      text: content.flatMap(({ text }) => text ?? []).join('\n'),
      links: content.flatMap(({ uri, mimeType }) => (uri === undefined ? [] : [{ uri, mimeType }])),
      structured: (result.structuredContent ?? {}) as Record<string, unknown>,
      bytes: Buffer.byteLength(JSON.stringify(result)),
    };
  };
  return { client, call };
}

/** What a program for agents is told to connect, and where that is written. */
export interface AgentConfiguration {
  client: string;
  /** The file, or the place in the program. */
  place: string;
  text: string;
}

const NAME = 'sluice';

/**
 * Writes the configurations of common clients of the Model Context Protocol: streamable HTTP with the token in a header, or by OAuth. `origin` is the
 * installation's, without a slash at its end.
 */
export function agentConfigurations(origin: string, secret: string): AgentConfiguration[] {
  const url = `${origin}/mcp`;
  const headers = { Authorization: `Bearer ${secret}` };
  const typed = { type: 'http', url, headers };
  const json = (servers: object) => JSON.stringify(servers, null, 2);
  return [
    {
      client: 'Claude Code',
      place: 'a terminal',
      text: `claude mcp add --transport http ${NAME} ${url} --header "Authorization: Bearer ${secret}"`,
    },
    {
      client: 'Claude Desktop',
      place: 'claude_desktop_config.json',
      text: json({ mcpServers: { [NAME]: bridge(url, secret) } }),
    },
    {
      // It asks for the token once, and keeps it out of the file.
      client: 'VS Code',
      place: '.vscode/mcp.json',
      text: json({
        inputs: [{ type: 'promptString', id: 'sluice-token', description: 'Access token of Sluice', password: true }],
        servers: { [NAME]: { type: 'http', url, headers: { Authorization: `Bearer $\{input:sluice-token}` } } },
      }),
    },
    { client: 'Cursor', place: '.cursor/mcp.json', text: json({ mcpServers: { [NAME]: { url, headers } } }) },
    // They ask the person who connects them for the token, or to sign in.
    { client: 'claude.ai, ChatGPT', place: 'the address of a new connector', text: url },
    { client: 'Others', place: 'their list of servers', text: json({ mcpServers: { [NAME]: typed } }) },
  ];
}

/** Its file knows programs only: `mcp-remote` is one that passes on. It splits arguments at spaces, which is why the token is in a variable. */
function bridge(url: string, secret: string) {
  const plain = url.startsWith('http:') ? ['--allow-http'] : [];
  const args = ['-y', 'mcp-remote', url, ...plain, '--header', `Authorization:$\{SLUICE_AUTHORIZATION}`];
  return { command: 'npx', args, env: { SLUICE_AUTHORIZATION: `Bearer ${secret}` } };
}

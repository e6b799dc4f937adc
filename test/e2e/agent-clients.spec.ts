import { configured } from '../support/agent';
import { type Runner, runProgram, skippedBecause } from '../support/programs';
import { Publisher, read } from '../support/publisher';
import { pythonVenv } from '../support/python-venv';
import { useSharedStack } from '../support/use-stack';

const venv = pythonVenv(['mcp==2.3.0']);
const clientRunner: Runner = venv.missing === undefined ? { file: 'main.py', command: [venv.python] } : venv;
const client = clientRunner.missing === undefined ? it : it.skip;

const PROGRAM = `
import anyio, httpx2, json, os
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

server = json.loads(os.environ["SERVER"])

async def ask(mode):
    async with httpx2.AsyncClient(headers=server["headers"]) as http:
        async with Client(streamable_http_client(server["url"], http_client=http), mode=mode) as client:
            tools = await client.list_tools()
            given = {"dataset": "python-agents", "filter": {"id": {"gt": 2}}, "sort": ["-id"]}
            rows = await client.call_tool("query_dataset", given)
            refused = await client.call_tool("query_dataset", {"dataset": "python-agents", "sort": ["nme"]})
            return {
                "version": client.protocol_version,
                "tools": [tool.name for tool in tools.tools],
                "rows": rows.structured_content["rows"],
                "hint": json.loads(refused.content[0].text)["errors"][0]["hint"],
            }

async def main():
    print(json.dumps([await ask(mode) for mode in ("auto", "legacy")]))

anyio.run(main)
`;

describe('the Python client for agents', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);

  client(
    `reads rows as pages have them, as the console configures it${skippedBecause(clientRunner)}`,
    async () => {
      const file = 'id,name\n1,Ann\n2,Bo\n3,Cy\n4,Di\n';
      const { api, secret } = await publisher.publish('Python agents', 'csv', file);
      const SERVER = JSON.stringify(configured(stack.url, secret));
      const { stdout, stderr } = await runProgram(clientRunner, PROGRAM, { SERVER });
      if (!stdout) throw new Error(stderr);
      const { json } = await read(stack.url, `${api.path}?id__gt=2&_sort=-id`, secret);
      const { data: rows } = json as { data: unknown };
      const told = {
        tools: ['search_datasets', 'describe_dataset', 'query_dataset'],
        rows,
        hint: 'did you mean name?',
      };
      expect(JSON.parse(stdout)).toEqual([
        { version: '2026-07-28', ...told },
        { version: '2025-11-25', ...told },
      ]);
    },
    120_000,
  );
});

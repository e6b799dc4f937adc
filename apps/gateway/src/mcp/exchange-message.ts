import { createMcpHandler, type Server } from '@modelcontextprotocol/server';
import { Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AgentMessage } from './read-message';

/** The answer to a message as HTTP has it; its body is whole. */
export interface Exchanged {
  status: number;
  type: string | null;
  body: Buffer;
}

const logger = new Logger('Mcp');
/** The fields that the protocol reads; the token is none of them. */
const PASSED = ['accept', 'content-type'];
const PASSED_PREFIX = 'mcp-';

/** Hands one message to the kept implementation of the protocol, with a server made for it, and waits for the whole answer. */
export async function exchangeMessage(
  make: () => Server,
  { headers }: Pick<FastifyRequest, 'headers'>,
  { json }: Pick<AgentMessage, 'json'>,
): Promise<Exchanged> {
  const handler = createMcpHandler(make, {
    // Nothing is told of its own accord, so that nobody has to listen.
    maxSubscriptions: 0,
    onerror: (error) => logger.debug(error.message),
  });
  const passed = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    PASSED.includes(name) || name.startsWith(PASSED_PREFIX) ? [[name, String(value)]] : [],
  );
  const asked = new Request('http://gateway.invalid/mcp', { method: 'POST', headers: passed });
  const answer = await handler.fetch(asked, { parsedBody: json });
  const body = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, type: answer.headers.get('content-type'), body };
}

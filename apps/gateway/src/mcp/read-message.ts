import { isObject, parseJson } from '@sluice/query/values/json-value';
import type { FastifyRequest } from 'fastify';
import { readJsonBody } from '../http/json-body';
import { HttpProblem } from '../http/problem';

const MAX_MESSAGE_BYTES = 256 * 1024;
const BODY_TIMEOUT_MS = 30_000;
/** Of lists and objects in each other. */
const MAX_DEPTH = 50;

/** A message of an agent. */
export interface AgentMessage {
  /** As the protocol reads it. */
  json: unknown;
  /** What a tool is called with, in which numbers keep all their digits. */
  given: unknown;
}

/** Reads one message of at most 256 KiB, only once its caller is known. */
export async function readMessage(request: FastifyRequest): Promise<AgentMessage> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new HttpProblem('unsupported_media_type', { detail: 'send application/json' });
  const limits = { maxBytes: MAX_MESSAGE_BYTES, timeoutMs: BODY_TIMEOUT_MS };
  const { text, exact } = await readJsonBody(request, limits, (text) => ({ text, exact: parseJson(text) }));
  if (!isObject(exact)) throw malformed('send one message of JSON-RPC 2.0, which is an object');
  if (isDeeper(exact, MAX_DEPTH)) throw malformed(`lists and objects stand in each other at most ${MAX_DEPTH} deep`);
  const given = isObject(exact.params) ? exact.params.arguments : undefined;
  return { json: JSON.parse(text), given };
}

function malformed(detail: string): HttpProblem {
  return new HttpProblem('malformed_request', { detail });
}

/** Looks level by level: what is nested too deep would be too deep for recursion as well. */
function isDeeper(json: unknown, max: number): boolean {
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > max) return true;
    level = level.flatMap((node) => (isObject(node) || Array.isArray(node) ? Object.values(node) : []));
  }
  return false;
}

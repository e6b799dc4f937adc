import { z } from 'zod';
import { contract } from '../contract';

/** Longest body of a request to the authorization server, in bytes. */
export const MAX_OAUTH_BODY = 32 * 1024;
/** Fetching the document of a client takes up to 2.5 s of it. */
const TIMEOUT_MS = 6_000;

/** The one scope there is: calling the tools at `/mcp`. What they find is for the APIs that were chosen. */
export const MCP_SCOPE = 'mcp';

/** What every message about OAuth names: the origin that this installation is called at, without a slash at the end. */
export const Issuer = z.url();

/** Tells the resource that access tokens of an issuer are for (RFC 8707). */
export function resourceOf(issuer: string): string {
  return `${issuer}/mcp`;
}

/** One HTTP request to the authorization server as a gateway took it, and the answer to it. Cookies are among the headers of both. */
export const serveOAuth = contract({
  subject: 'tokens.oauth.serve',
  timeoutMs: TIMEOUT_MS,
  request: z.object({
    issuer: Issuer,
    /** The network of the client: what is bounded for each is bounded by it. */
    address: z.string(),
    method: z.enum(['GET', 'POST', 'OPTIONS']),
    /** With what stands behind the `?`. */
    path: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string().max(MAX_OAUTH_BODY),
  }),
  reply: z.object({
    status: z.int(),
    /** A name may stand there several times. */
    headers: z.array(z.tuple([z.string(), z.string()])),
    body: z.string(),
  }),
  errors: [],
});

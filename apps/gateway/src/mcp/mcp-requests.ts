import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Admission } from '../admission/admission';
import { Answer } from '../answering/answer-cache';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { chooseCoding } from '../http/content-coding';
import { HttpProblem } from '../http/problem';
import { searchOf } from '../http/search';
import type { Charge } from '../limits/charge';
import { Limits } from '../limits/limits';
import { AgentDatasets } from './agent-datasets';
import { AgentIdentity } from './agent-identity';
import { AgentTools } from './agent-tools';
import { type Exchanged, exchangeMessage } from './exchange-message';
import { expectKnownOrigin } from './known-origins';
import { makeServer } from './make-server';
import { readMessage } from './read-message';

/** Leads each message of an agent through the stages of a data request: authenticate, enter, limit, answer; a tool finds the API. */
@Injectable()
export class McpRequests {
  constructor(
    private readonly identity: AgentIdentity,
    private readonly admission: Admission,
    private readonly limits: Limits,
    private readonly datasets: AgentDatasets,
    private readonly tools: AgentTools,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    expectNoParameters(request);
    const verdict = await this.identity.authenticate(request, reply);
    expectKnownOrigin(request, reply, () => this.datasets.usableBy(verdict), this.config.SLUICE_PUBLIC_URL);
    this.admission.data.enter(verdict.id, request, reply);
    request.dataClass = 'agent';
    request.client = 'mcp';
    const message = await readMessage(request);
    const charge = await this.limits.charge(verdict, reply);
    const call = { request, verdict, charge, given: message.given };
    const exchanged = await exchangeMessage(() => makeServer(this.tools, call), request, message);
    await sendExchanged(request, reply, exchanged, charge);
  }
}

/** Addresses end up in logs and histories: none holds a token. */
function expectNoParameters(request: FastifyRequest): void {
  if (searchOf(request) === '') return;
  const detail = 'write nothing behind the address: the token belongs into the header Authorization: Bearer …';
  throw new HttpProblem('malformed_request', { detail });
}

/** Sends an answer packed as its client likes, and charges the bytes that leave. */
async function sendExchanged(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, type, body: whole }: Exchanged,
  charge: Charge | undefined,
): Promise<void> {
  const { body, coding } = await new Answer(whole, {}, 0).encoded(chooseCoding(request.headers['accept-encoding']));
  await charge?.take({ bytes: body.length });
  if (coding !== 'identity') reply.header('content-encoding', coding);
  if (type !== null) reply.type(type);
  await reply
    .status(status)
    .headers({ 'cache-control': 'no-store', vary: 'Accept-Encoding, Origin', 'content-length': body.length })
    .send(charge ? charge.meter(body) : body);
}

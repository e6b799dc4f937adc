import type { CallToolResult } from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import { ServiceError } from '@sluice/messaging/service-error';
import { writeJson } from '@sluice/query/values/json-value';
import { z } from 'zod';
import { HttpProblem } from '../http/problem';
import { snapshotText } from '../reading/snapshot-text';
import { sendKey } from '../sending/send-body';
import { Sends } from '../sending/sends';
import { AgentDatasets } from './agent-datasets';
import type { AgentCall, AgentTool } from './agent-tool';
import { readArguments } from './read-arguments';
import { describeTool } from './tool-definition';

/** What is sent to a dataset that the tool names. Numbers in rows keep their digits. */
export const OneSend = z.strictObject({
  rows: z.array(z.record(z.string(), z.unknown())).min(1).max(10_000).describe('As describe_dataset tells'),
  idempotencyKey: z
    .string()
    .regex(/^[!-~]{1,255}$/, '1 to 255 printable characters without spaces')
    .optional()
    .describe('Names the send: the same again within 24 hours adds the rows once. Give one, to be able to try again'),
  check: z.boolean().default(false).describe('true: only check the rows, and add none'),
});
export type OneSend = z.output<typeof OneSend>;
const SendCall = OneSend.extend({ dataset: z.string().max(200).describe('As search_datasets names it') });

export const SendAnswer = z.object({
  accepted: z.int(),
  checked: z.boolean().describe('The rows were only checked: none is there'),
  repeated: z.boolean().describe('The key was used before: the rows are there since then'),
  version: z.int(),
  commit: z.int().nullable(),
  snapshot: z.string(),
});

/** `send_rows`: adds rows to a dataset whose API lets agents do so. All are added, or none. */
@Injectable()
export class SendRows implements AgentTool {
  readonly definition = describeTool(
    {
      name: 'send_rows',
      title: 'Send rows',
      description:
        'Adds rows to a dataset whose use is send: all of them or, where one has a fault, none. Rows with the key of an earlier row take its place. ' +
        'Ask the person first, unless they told you to send.',
      sends: true,
    },
    SendCall,
    SendAnswer,
  );

  constructor(
    private readonly datasets: AgentDatasets,
    private readonly sends: Sends,
  ) {}

  async call(call: AgentCall): Promise<CallToolResult> {
    const { dataset, ...send } = await readArguments(SendCall, call.given);
    return await this.send(call, dataset, send);
  }

  /** Sends rows to one dataset. */
  async send(call: AgentCall, dataset: string, { rows, idempotencyKey, check }: OneSend): Promise<CallToolResult> {
    const route = await this.datasets.findFor('send', dataset, call);
    const body = { format: 'json' as const, bytes: Buffer.from(writeJson(rows)) };
    const { maxBytes } = route.settings.send;
    if (body.bytes.length > maxBytes)
      throw new HttpProblem('payload_too_large', { detail: `the rows may have ${maxBytes} bytes in all` });
    if (!check) await call.charge?.take({ rows: rows.length });
    const idempotency = check ? null : sendKey(idempotencyKey ?? null, call.verdict, body, false);
    const options = { lenient: false, dryRun: check, idempotency };
    const result = await inArguments(this.sends.commit(route, body, options));
    const { accepted, version, snapshot, replayed: repeated } = result;
    if (!check && !repeated) call.request.rows = accepted;
    const commit = await this.sends.commitOf(route, result);
    const answer = { accepted, checked: check, repeated, version, commit, snapshot: snapshotText(snapshot) };
    const done = check ? 'would be added' : repeated ? 'were added before' : 'were added';
    const text = `${accepted} rows ${done}: ${JSON.stringify(answer)}`;
    return { content: [{ type: 'text', text }], structuredContent: answer };
  }
}

/** Tells faults of rows at their place in the arguments; their lines are those of our own text. */
async function inArguments<Result>(sending: Promise<Result>): Promise<Result> {
  try {
    return await sending;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.faults.length === 0) throw error;
    const faults = error.faults.map(({ line: _, pointer = '', ...fault }) => ({
      ...fault,
      pointer: `/rows${pointer}`,
    }));
    throw new HttpProblem(error.code, { detail: error.detail, faults });
  }
}

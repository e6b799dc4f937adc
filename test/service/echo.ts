import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Controller, type DynamicModule, Inject, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { contract, event, type RequestOf } from '@sluice/contracts/contract';
import { type Answer, type Asked, Handles, Hears } from '@sluice/messaging/handles';
import { MessagingModule } from '@sluice/messaging/messaging.module';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { CHUNK_BYTES } from '@sluice/messaging/stream-protocol';
import { HealthModule } from '@sluice/runtime/health.module';
import { requestScope } from '@sluice/runtime/request-scope';
import { z } from 'zod';
import { startService } from './local-service';

/** A service whose handlers do what the tests of the bus need to be done. */
export const ping = contract({
  subject: 'echo.texts.ping',
  request: z.object({ text: z.string().max(600_000) }),
  reply: z.object({ text: z.string(), replica: z.string() }),
  errors: [],
});
/** Answered when the test lets it. */
export const hold = contract({
  subject: 'echo.texts.hold',
  request: z.object({}),
  reply: z.object({}),
  errors: [],
  timeoutMs: 300,
});
/** Like `hold`, but a read: it may be asked again. */
export const holdRead = contract({ ...hold, subject: 'echo.texts.hold-read', timeoutMs: 5_000, isRead: true });
export const repeat = contract({
  subject: 'echo.texts.repeat',
  request: z.object({ times: z.int() }),
  reply: z.object({ text: z.string() }),
  errors: [],
});
export const readBytes = contract({
  subject: 'echo.bytes.read',
  request: z.object({ size: z.int(), pieceSize: z.int().optional() }),
  reply: z.object({ size: z.int() }),
  replyBytes: true,
  errors: [],
});
export const takeBytes = contract({
  subject: 'echo.bytes.take',
  request: z.object({ name: z.string() }),
  requestBytes: true,
  reply: z.object({ name: z.string(), sha256: z.string() }),
  errors: [],
});
export const fail = contract({
  subject: 'echo.texts.fail',
  request: z.object({ how: z.enum(['listed', 'many faults', 'unlisted', 'bug', 'wrong reply']) }),
  reply: z.object({ fine: z.literal(true) }),
  errors: ['name_taken'],
});
/** Takes so much of the engine before the reply, and again before each of three pieces. */
export const work = contract({
  subject: 'echo.bytes.work',
  request: z.object({ ms: z.number(), fails: z.boolean().default(false) }),
  reply: z.object({}),
  replyBytes: true,
  errors: ['name_taken'],
});
const Scope = z.object({ requestId: z.string(), deadlineMs: z.number() });
const tellScope = contract({ subject: 'echo.scopes.tell', request: z.object({}), reply: Scope, errors: [] });
export const tellScopes = contract({
  subject: 'echo.scopes.tell-all',
  request: z.object({}),
  reply: z.array(Scope),
  errors: [],
});
export const noted = event({ subject: 'echo.texts.noted', payload: z.object({ text: z.string() }) });
export const notedOnce = event({ subject: 'echo.texts.noted-once', payload: z.object({ text: z.string() }) });

/** What one replica did, and what keeps it from answering. */
export class Replica {
  handled = 0;
  readonly heard: string[] = [];
  gate: Promise<void> = Promise.resolve();
  private opened: () => void = () => {};
  /** How long `ping` takes, in milliseconds. */
  workMs = 0;

  constructor(readonly name: string) {}

  /** Lets nothing pass until `open`. */
  shut(): void {
    this.gate = new Promise((resolve) => {
      this.opened = resolve;
    });
  }

  open(): void {
    this.opened();
    this.gate = Promise.resolve();
  }
}

const REPLICA = Symbol('Replica');

@Controller()
class EchoController {
  constructor(
    @Inject(REPLICA) private readonly replica: Replica,
    private readonly services: Services,
  ) {}

  @Handles(ping)
  async ping({ text }: RequestOf<typeof ping>) {
    this.replica.handled++;
    if (this.replica.workMs > 0) await pause(this.replica.workMs);
    return { text, replica: this.replica.name };
  }

  @Handles(hold)
  async hold() {
    this.replica.handled++;
    await this.replica.gate;
    return {};
  }

  @Handles(holdRead)
  holdRead() {
    return this.hold();
  }

  @Handles(repeat)
  async repeat({ times }: RequestOf<typeof repeat>) {
    return { text: 'x'.repeat(times) };
  }

  @Handles(readBytes)
  async readBytes({ size, pieceSize }: RequestOf<typeof readBytes>): Promise<Answer<typeof readBytes>> {
    const bytes = pattern(size);
    return { head: { size }, bytes: pieceSize === undefined ? bytes : this.pieces(bytes, pieceSize) };
  }

  @Handles(takeBytes)
  async takeBytes({ head, bytes }: Asked<typeof takeBytes>) {
    return { name: head.name, sha256: sha256(bytes) };
  }

  @Handles(fail)
  async fail({ how }: RequestOf<typeof fail>): Promise<{ fine: true }> {
    if (how === 'listed')
      throw refuse(fail, 'name_taken', 'There is one', [{ in: 'body', pointer: '/name', code: 'x', detail: 'y' }]);
    if (how === 'many faults') {
      const faults = Array.from({ length: 20_000 }, () => ({ in: 'body' as const, code: 'x', detail: 'y'.repeat(20) }));
      throw refuse(fail, 'name_taken', 'Far too many', faults);
    }
    if (how === 'unlisted') throw new ServiceError('path_taken', 'not for the caller');
    if (how === 'bug') throw new TypeError('secret detail of a bug');
    return JSON.parse('{ "fine": false }');
  }

  @Handles(work)
  async work({ ms, fails }: RequestOf<typeof work>): Promise<Answer<typeof work>> {
    requestScope.getStore()?.queryTime?.add(ms);
    if (fails) throw refuse(work, 'name_taken');
    return { head: {}, bytes: workedPieces(ms) };
  }

  @Handles(tellScope)
  async tellScope() {
    const scope = requestScope.getStore();
    return { requestId: scope?.requestId ?? '', deadlineMs: scope?.deadlineMs ?? 0 };
  }

  @Handles(tellScopes)
  async tellScopes() {
    return [await this.tellScope(), await this.services.request(tellScope, {})];
  }

  @Hears(noted)
  noted({ text }: { text: string }) {
    this.replica.heard.push(text);
  }

  @Hears(notedOnce, { once: true })
  notedOnce({ text }: { text: string }) {
    this.replica.heard.push(text);
  }

  private async *pieces(bytes: Uint8Array, pieceSize: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceSize) {
      await this.replica.gate;
      yield bytes.subarray(at, at + pieceSize);
    }
  }
}

async function* workedPieces(ms: number): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < 3; piece++) {
    requestScope.getStore()?.queryTime?.add(ms);
    yield pattern(CHUNK_BYTES);
  }
}

@Module({})
class EchoModule {}

export function startEcho(natsUrl: string, replica: Replica): Promise<NestFastifyApplication> {
  const module: DynamicModule = {
    module: EchoModule,
    imports: [HealthModule, MessagingModule.forService({ service: 'echo', servers: [natsUrl] })],
    controllers: [EchoController],
    providers: [{ provide: REPLICA, useValue: replica }],
  };
  return startService(module);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Bytes that tell their place, whatever is lost or swapped. */
export function pattern(size: number): Uint8Array {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32BE(at, at);
  return bytes;
}

/** All of it in one piece. */
export async function collect(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<Buffer> {
  if (bytes instanceof Uint8Array) return Buffer.from(bytes);
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

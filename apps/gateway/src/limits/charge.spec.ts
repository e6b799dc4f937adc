import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { QueryTime } from '@sluice/runtime/query-time';
import type { FastifyReply } from 'fastify';
import type { Account, Unit } from './account';
import { Charge } from './charge';
import { QuotaLease } from './quota-lease';

const QUOTA = 100_000_000;
const PIECE_BYTES = 256 * 1024;

/** One account that holds all of its quota, and the reply of a request. */
async function setUp(unit: Unit, quota = QUOTA) {
  const clock = { monotonicMs: () => 0, wallMs: () => 0 };
  const owner = { left: quota };
  const ask = async (amount: number) => {
    const granted = Math.min(owner.left, amount);
    owner.left -= granted;
    return { granted, left: owner.left, period: 'monday', remainingMs: 60_000 };
  };
  const lease = new QuotaLease(ask, clock, { first: quota, most: quota });
  await lease.hasAny();
  const raw = new PassThrough();
  const queryTime = new QueryTime();
  const account: Account = { quota: 'bytesPerDay', unit, policy: { name: 'a', quota, windowSeconds: 1 }, lease };
  const refuse = (_account: Account, detail: string): never => {
    throw new Error(detail);
  };
  const reply = { raw, request: { queryTime } } as unknown as FastifyReply;
  const charge = new Charge([account], reply, { tell: () => {}, refuse });
  return { charge, raw, queryTime, charged: () => quota - lease.remaining().remaining };
}

describe('the charge of an answer', () => {
  it('gives back what a client that left did not wait for', async () => {
    const { charge, raw, charged } = await setUp('bytes');
    const body = Buffer.alloc(100 * PIECE_BYTES);
    await charge.take({ bytes: body.length });
    expect(charged()).toBe(body.length);
    const metered = charge.meter(body) as Readable;
    for await (const _ of metered) break;
    raw.destroy();
    await finished(raw).catch(() => {});
    // The piece that was taken, and those that were on their way to it.
    expect(charged()).toBeGreaterThanOrEqual(PIECE_BYTES);
    expect(charged()).toBeLessThanOrEqual(5 * PIECE_BYTES);
  });

  it('gives all back where the client had left before the answer was there', async () => {
    const { charge, raw, charged } = await setUp('bytes');
    raw.destroy();
    await finished(raw).catch(() => {});
    await charge.take({ bytes: 1_000_000 });
    expect(charged()).toBe(0);
  });

  it('breaks a body off before the piece for which nothing is left', async () => {
    const { charge, charged } = await setUp('bytes', 2_500);
    const metered = charge.meter(Readable.from([1, 2, 3].map(() => Buffer.alloc(1_000)))) as Readable;
    let bytes = 0;
    const reading = (async () => {
      for await (const piece of metered) bytes += (piece as Buffer).length;
    })();
    await expect(reading).rejects.toThrow('the answer has 1000 bytes, more than are left');
    expect(bytes).toBeLessThanOrEqual(2_000);
    expect(charged()).toBe(2_000);
  });

  it('counts each millisecond of queries that has begun, once, whenever it is told', async () => {
    const { queryTime, charged } = await setUp('milliseconds');
    for (const ms of [0.4, 0.4, 0.4, 3]) queryTime.add(ms);
    expect(charged()).toBe(5);
  });
});

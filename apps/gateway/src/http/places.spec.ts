import { EventEmitter } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Places, waitForClient } from './places';
import { HttpProblem } from './problem';

const places = (most: number, each: number) =>
  new Places({ most, each, refuseCaller: (at) => new HttpProblem('rate_limited', { detail: `${at} at a time` }) });

function enter(taken: Places, caller: string) {
  const request = {} as FastifyRequest;
  const raw = new EventEmitter();
  taken.enter(caller, request, { raw } as unknown as FastifyReply);
  return { request, close: () => raw.emit('close') };
}

describe('the places of requests', () => {
  it('are so many of one caller, until its answers are out', () => {
    const taken = places(10, 2);
    const first = enter(taken, 'a');
    enter(taken, 'a');
    expect(() => enter(taken, 'a')).toThrow(expect.objectContaining({ code: 'rate_limited' }));
    enter(taken, 'b');
    first.close();
    expect(() => enter(taken, 'a')).not.toThrow();
  });

  it('tell those that find none to come again in turns, as many a second as there are', () => {
    const told: number[] = [];
    const refuseCaller = (_: number, seconds: number) => {
      told.push(seconds);
      return new HttpProblem('rate_limited');
    };
    const taken = new Places({ most: 10, each: 2, refuseCaller });
    for (let request = 0; request < 24; request++) {
      try {
        enter(taken, 'a');
      } catch {}
    }
    expect(told).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 10, 10]);
  });

  it('are so many at work; whoever waits for its client leaves them to others, and still counts for its caller', async () => {
    const taken = places(1, 2);
    const slow = enter(taken, 'a');
    let arrive = () => {};
    const received = waitForClient(slow.request, () => new Promise<void>((resolve) => (arrive = resolve)));
    const other = enter(taken, 'b');
    expect(() => enter(taken, 'a')).toThrow(expect.objectContaining({ code: 'overloaded' }));
    other.close();
    arrive();
    await received;
    expect(() => enter(taken, 'c')).toThrow(expect.objectContaining({ code: 'overloaded' }));
    slow.close();
    slow.close();
    expect(() => enter(taken, 'c')).not.toThrow();
  });

  it('are given back at once by a client that left before it was known', () => {
    const taken = places(1, 1);
    const raw = Object.assign(new EventEmitter(), { closed: true });
    taken.enter('a', {} as FastifyRequest, { raw } as unknown as FastifyReply);
    expect(() => enter(taken, 'a')).not.toThrow();
  });

  it('come back once however a request ends: before, while or after it waited', async () => {
    const taken = places(1, 1);
    for (const caller of ['a', 'b', 'c']) {
      const { request, close } = enter(taken, caller);
      const waiting = waitForClient(request, async () => close());
      await waiting;
      close();
    }
    expect(() => enter(taken, 'a')).not.toThrow();
    expect(() => enter(taken, 'b')).toThrow(expect.objectContaining({ code: 'overloaded' }));
  });
});

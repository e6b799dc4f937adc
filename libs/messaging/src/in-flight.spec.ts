import { InFlight } from './in-flight';

describe('work in flight', () => {
  test('has so many places, and a place that is given back can be taken again', () => {
    const work = new InFlight(2);
    const leave = work.enter();
    expect(work.enter()).not.toBeNull();
    expect(work.enter()).toBeNull();
    leave?.();
    expect(work.enter()).not.toBeNull();
  });

  test('is idle once the last one is done, not before', async () => {
    const work = new InFlight(10);
    const leaves = [work.enter(), work.enter()];
    let idle = false;
    const waiting = work.idle(60_000).then(() => {
      idle = true;
    });
    leaves[0]?.();
    await Promise.resolve();
    expect(idle).toBe(false);
    leaves[1]?.();
    await waiting;
    await work.idle(60_000);
  });

  test('is not waited for longer than said', async () => {
    const work = new InFlight(1);
    work.enter();
    await work.idle(1);
  });
});

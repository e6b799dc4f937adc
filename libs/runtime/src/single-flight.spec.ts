import { SingleFlight } from './single-flight';

describe('work in a single flight', () => {
  let flights: SingleFlight<number>;
  let begun: { resolve(result: number): void; reject(error: Error): void }[];
  const work = () =>
    new Promise<number>((resolve, reject) => {
      begun.push({ resolve, reject });
    });

  beforeEach(() => {
    flights = new SingleFlight();
    begun = [];
  });

  it('is done once for all who ask meanwhile, and again for who asks later', async () => {
    const first = [flights.run('a', work), flights.run('a', work)];
    begun[0]?.resolve(1);
    expect(await Promise.all(first)).toEqual([1, 1]);
    const later = flights.run('a', work);
    begun[1]?.resolve(2);
    expect(await later).toBe(2);
    expect(begun).toHaveLength(2);
  });

  it('is done for each key by itself', async () => {
    const both = [flights.run('a', work), flights.run('b', work)];
    begun[0]?.resolve(1);
    begun[1]?.resolve(2);
    expect(await Promise.all(both)).toEqual([1, 2]);
  });

  it('fails for all who ask meanwhile, and is tried again for who asks later', async () => {
    const first = [flights.run('a', work), flights.run('a', work)];
    begun[0]?.reject(new Error('no luck'));
    for (const each of await Promise.allSettled(first)) expect(each.status).toBe('rejected');
    const later = flights.run('a', work);
    begun[1]?.resolve(2);
    expect(await later).toBe(2);
  });

  it.each([
    ['its key is', () => flights.forget('a')],
    ['all are', () => flights.forgetAll()],
  ])('begins anew after %s forgotten, and the end of the old one changes nothing', async (_, forget) => {
    const old = flights.run('a', work);
    forget();
    const anew = flights.run('a', work);
    begun[0]?.resolve(1);
    expect(await old).toBe(1);
    const joined = flights.run('a', work);
    begun[1]?.resolve(2);
    expect(await Promise.all([anew, joined])).toEqual([2, 2]);
    expect(begun).toHaveLength(2);
  });
});

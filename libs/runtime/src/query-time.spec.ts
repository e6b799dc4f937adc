import { QueryTime } from './query-time';

describe('the time of queries', () => {
  afterEach(() => jest.restoreAllMocks());

  function setUp() {
    const at = { ms: 1_000 };
    jest.spyOn(performance, 'now').mockImplementation(() => at.ms);
    const time = new QueryTime();
    const begin = () => {
      let end = () => {};
      const done = time.measure(() => new Promise<void>((resolve) => (end = resolve)));
      const finish = () => {
        end();
        return done;
      };
      return { end: finish };
    };
    return { at, time, begin };
  }

  it('counts statements that run at one time each, also while they run', async () => {
    const { at, time, begin } = setUp();
    const first = begin();
    at.ms += 10;
    const second = begin();
    at.ms += 5;
    expect(time.totalMs).toBe(20);
    await first.end();
    at.ms += 100;
    await second.end();
    at.ms += 1_000;
    expect(time.totalMs).toBe(15 + 105);
  });

  it('counts work that fails', async () => {
    const { at, time } = setUp();
    const failing = time.measure(async () => {
      at.ms += 7;
      throw new Error('too long');
    });
    await expect(failing).rejects.toThrow('too long');
    expect(time.totalMs).toBe(7);
  });

  it('tells its listener what was there before, and whatever is added', () => {
    const { time } = setUp();
    const heard: number[] = [];
    time.add(3);
    time.follow((ms) => heard.push(ms));
    time.add(4);
    expect(heard).toEqual([3, 7]);
  });
});

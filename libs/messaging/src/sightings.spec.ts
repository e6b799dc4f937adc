import { Sightings } from './sightings';

describe('what is known of the replicas of a service', () => {
  let nowMs: number;
  let sightings: Sightings;
  beforeEach(() => {
    nowMs = 0;
    sightings = new Sightings(() => nowMs);
  });
  const choices = (times: number) => [...new Set(Array.from({ length: times }, () => sightings.choose()))].sort();

  it('leaves the choice to the bus while none is silent', () => {
    for (const address of ['a', 'b']) sightings.heard(address);
    expect(choices(10)).toEqual([null]);
  });

  it('keeps requests away from a silent one for five seconds, or until it is heard again', () => {
    for (const address of ['a', 'b', 'c']) sightings.heard(address);
    sightings.silent(['b', null]);
    expect(choices(10)).toEqual(['a', 'c']);
    sightings.heard('b');
    expect(choices(10)).toEqual(['a', 'b', 'c']);
    nowMs = 5_000;
    expect(choices(10)).toEqual([null]);
  });

  it('names the one that was heard last and not asked yet, then none in particular', () => {
    for (const address of ['a', 'b', 'c']) sightings.heard(address);
    expect(sightings.chooseOther([null])).toBe('c');
    expect(sightings.chooseOther([null, 'c'])).toBe('b');
    expect(sightings.chooseOther([null, 'c', 'b', 'a'])).toBeNull();
  });

  it('forgets one that is gone, and one that was not heard of for a minute', () => {
    for (const address of ['a', 'b']) sightings.heard(address);
    sightings.gone('b');
    expect(sightings.chooseOther([])).toBe('a');
    nowMs = 60_001;
    expect(sightings.chooseOther([])).toBeNull();
  });

  it('tells whether the service was there a moment ago', () => {
    expect(sightings.wasHeard(5_000)).toBe(false);
    sightings.heard('a');
    nowMs = 5_000;
    expect(sightings.wasHeard(5_000)).toBe(true);
    nowMs = 5_001;
    expect(sightings.wasHeard(5_000)).toBe(false);
  });

  it('allows extra requests for one in twenty, beyond a store of twenty', () => {
    sightings.heard('a');
    const extras = () => {
      let count = 0;
      while (sightings.chooseOther([]) !== undefined) count++;
      return count;
    };
    expect(extras()).toBe(20);
    for (let requests = 0; requests < 201; requests++) sightings.choose();
    expect(extras()).toBe(10);
  });

  it('allows none while the service has too much to do', () => {
    sightings.heard('a');
    sightings.overloaded();
    expect(sightings.chooseOther([])).toBeUndefined();
    nowMs = 5_000;
    expect(sightings.chooseOther([])).toBe('a');
  });
});

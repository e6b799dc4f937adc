import { ANNOUNCED_MS, type InstallationKeyDoc, KEPT_MS, keyRingAt } from './installation-keys';

const at = (ms: number) => new Date(ms);
const BEGIN = Date.parse('2026-01-01T00:00:00Z');
const first: InstallationKeyDoc = { _id: 'current', key: 'one' };
const second: InstallationKeyDoc = { _id: 'key_2', key: 'two', signsFrom: at(BEGIN + ANNOUNCED_MS) };
const third: InstallationKeyDoc = { _id: 'key_3', key: 'three', signsFrom: at(BEGIN + 2 * KEPT_MS) };

describe('the keys of an installation', () => {
  test('a new one is known before it signs, and the one before counts for a day after', () => {
    const ring = (ms: number) => keyRingAt([second, first], at(ms));
    expect(ring(BEGIN)).toEqual({ signing: 'one', others: ['two'] });
    expect(ring(BEGIN + ANNOUNCED_MS - 1)).toEqual({ signing: 'one', others: ['two'] });
    expect(ring(BEGIN + ANNOUNCED_MS)).toEqual({ signing: 'two', others: ['one'] });
    expect(ring(BEGIN + ANNOUNCED_MS + KEPT_MS - 1)).toEqual({ signing: 'two', others: ['one'] });
    expect(ring(BEGIN + ANNOUNCED_MS + KEPT_MS)).toEqual({ signing: 'two', others: [] });
  });

  test('whatever a gateway made or will make a minute later, each of the others can read', () => {
    const docs = [first, second, third];
    for (let ms = BEGIN - KEPT_MS; ms < BEGIN + 4 * KEPT_MS; ms += ANNOUNCED_MS / 4) {
      const ring = keyRingAt(docs, at(ms));
      const read = [ring?.signing, ...(ring?.others ?? [])];
      for (const made of [ms - ANNOUNCED_MS, ms + ANNOUNCED_MS / 2])
        expect(read).toContain(keyRingAt(docs, at(made))?.signing);
    }
  });

  test('are none where none is stored, and the only one signs', () => {
    expect(keyRingAt([], at(BEGIN))).toBeNull();
    expect(keyRingAt([first], at(BEGIN))).toEqual({ signing: 'one', others: [] });
  });
});

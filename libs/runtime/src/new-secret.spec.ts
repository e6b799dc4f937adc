import { newSecret } from './new-secret';
import { isSecret } from './secret-format';

const KNOWN = 'slc_00000000000000000000000000000000000000000000ztfFZ';

describe('secrets', () => {
  test('have their prefix, 43 and 6 characters of base 62, and a checksum that holds', () => {
    for (const prefix of ['slc', 'sla'] as const) {
      const secret = newSecret(prefix);
      expect(secret).toMatch(new RegExp(`^${prefix}_[0-9A-Za-z]{49}$`));
      expect(isSecret(secret, prefix)).toBe(true);
    }
  });

  test('100,000 of them are all different and valid', () => {
    const secrets = new Set(Array.from({ length: 100_000 }, () => newSecret('slc')));
    expect(secrets.size).toBe(100_000);
    expect([...secrets].every((secret) => isSecret(secret, 'slc'))).toBe(true);
  });

  test('one wrong character, whichever, or another prefix makes it no secret', () => {
    const secret = newSecret('slc');
    for (let at = 0; at < secret.length; at++) {
      const other = secret[at] === 'x' ? 'y' : 'x';
      expect(isSecret(secret.slice(0, at) + other + secret.slice(at + 1), 'slc')).toBe(false);
    }
    expect(isSecret(secret, 'sla')).toBe(false);
    expect(isSecret(`${secret}\n`, 'slc')).toBe(false);
    expect(isSecret(secret.slice(0, -1), 'slc')).toBe(false);
    expect(isSecret('', 'slc')).toBe(false);
  });

  test('the format is fixed: a known secret stays valid', () => {
    expect(newSecret('slc', (size) => new Uint8Array(size))).toBe(KNOWN);
    expect(isSecret(KNOWN, 'slc')).toBe(true);
  });

  test('bytes that would favour a character are thrown away', () => {
    let calls = 0;
    const secret = newSecret('slc', (size) => new Uint8Array(size).fill(calls++ === 0 ? 255 : 61));
    expect(calls).toBe(2);
    expect(secret.slice(4, 47)).toBe('z'.repeat(43));
  });
});

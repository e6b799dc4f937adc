import { newSecret } from '@sluice/runtime/new-secret';
import { storedSecret } from './secret';

describe('secrets', () => {
  test('what is stored is a hash and the first 8 characters', () => {
    const secret = newSecret('slc');
    expect(storedSecret(secret)).toEqual({
      secretHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      hint: secret.slice(0, 8),
    });
  });
});

import { acceptedLogins, completeLogins, type Logins, rotate } from './logins';

const fresh = () => completeLogins(null, ['gateway', 'tokens']);

describe('the logins of a system', () => {
  test('are random, each the service’s own, and stay as they are from then on', () => {
    const [one, other] = [fresh(), fresh()];
    const passwords = [one, other].flatMap((logins) => acceptedLogins(logins).map(({ password }) => password));
    expect(new Set(passwords).size).toBe(4);
    expect(passwords.every((password) => /^[0-9a-f]{48}$/.test(password))).toBe(true);
    expect(completeLogins(one, ['gateway', 'tokens'])).toEqual(one);
  });

  test('of an earlier release go on, and a service that is added later gets its own', () => {
    const earlier = { user: 'gateway', password: 'kept' };
    const logins = completeLogins(null, ['gateway'], () => earlier);
    expect(acceptedLogins(logins)).toEqual([{ ...earlier, service: 'gateway' }]);
    const more = completeLogins(logins, ['gateway', 'tokens']);
    expect(more.services.gateway).toEqual(logins.services.gateway);
    expect(more.services.tokens?.given.user).toBe('tokens');
  });

  test('are let in before they are handed out, and as long as a service may still use them', () => {
    let logins = fresh();
    const used: string[] = [];
    for (let turn = 0; turn < 3; turn++) {
      for (const step of ['prepare', 'hand-out', 'retire'] as const) {
        const before = logins;
        logins = rotate(logins, step);
        const letIn = (of: Logins) => acceptedLogins(of).map(({ user, password }) => `${user} ${password}`);
        // What services got before this step, or get by it, is let in until every one of them has taken up the new ones.
        const given = (of: Logins) =>
          Object.values(of.services).map((each) => `${each.given.user} ${each.given.password}`);
        if (step === 'hand-out') expect(letIn(before)).toEqual(expect.arrayContaining(given(logins)));
        if (step !== 'retire') expect(letIn(logins)).toEqual(expect.arrayContaining(given(before)));
        used.push(...given(logins));
      }
      expect(acceptedLogins(logins)).toHaveLength(2);
    }
    expect(new Set(used).size).toBe(2 * 4);
    expect(Object.values(logins.services).map(({ given }) => given.user)).toEqual(['gateway-4', 'tokens-4']);
    expect(logins.dropped).toEqual(['gateway-3', 'tokens-3']);
  });

  test('stay as they are where a step is taken again, or one is missing before it', () => {
    const steady = fresh();
    const prepared = rotate(steady, 'prepare');
    const handedOut = rotate(prepared, 'hand-out');
    const retired = rotate(handedOut, 'retire');
    expect(rotate(prepared, 'prepare')).toBe(prepared);
    expect(rotate(handedOut, 'prepare')).toBe(handedOut);
    expect(rotate(handedOut, 'hand-out')).toBe(handedOut);
    expect(rotate(steady, 'hand-out')).toBe(steady);
    expect(rotate(prepared, 'retire')).toBe(prepared);
    expect(rotate(retired, 'retire')).toBe(retired);
  });
});

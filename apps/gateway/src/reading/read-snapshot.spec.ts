import { hashOf } from './cursor-seal';
import { nameOf } from './installation-key';
import type { PagePlan } from './page-plan';
import { isOfOther, resultText } from './read-snapshot';

const query = { select: ['id'], filter: null, rowFilter: null, search: null } as unknown as PagePlan['query'];
const keyOf = (byte: number) => Buffer.alloc(32, byte);
const secret = (byte: number) => ({ key: keyOf(byte) });
const none = { others: [] };
const resultName = nameOf(secret(1), 'result', resultText(query));
const plan = { query, resultName } as PagePlan;
const older = hashOf(resultText(query));

describe('the name of what was read', () => {
  it('is the same wherever the secret is, and another with another secret or for another use', () => {
    expect(nameOf(secret(1), 'result', resultText(query))).toBe(resultName);
    expect(nameOf(secret(2), 'result', resultText(query))).not.toBe(resultName);
    expect(nameOf(secret(1), 'answer', resultText(query))).not.toBe(resultName);
    expect(resultName).not.toBe(older);
  });

  it('without the secret counts as long as the release before may have written it, and no longer', () => {
    expect(isOfOther(`ver.1.${resultName}`, plan, none, false)).toBe(false);
    expect(isOfOther('ver.1', plan, none, false)).toBe(false);
    expect(isOfOther(`ver.1.${older}`, plan, none, true)).toBe(false);
    expect(isOfOther(`ver.1.${older}`, plan, none, false)).toBe(true);
    expect(isOfOther('ver.1.other', plan, none, true)).toBe(true);
  });

  it('with the secret before counts as long as that does', () => {
    const before = nameOf(secret(3), 'result', resultText(query));
    expect(isOfOther(`ver.1.${before}`, plan, { others: [keyOf(2), keyOf(3)] }, false)).toBe(false);
    expect(isOfOther(`ver.1.${before}`, plan, { others: [keyOf(2)] }, false)).toBe(true);
  });
});

import { ApiSettings, openSettings } from '@sluice/contracts/registry/api-settings';
import { z } from 'zod';
import { readTold } from './tolerant-reader';

test('members that a later release added are left out everywhere, also where publishers may write no others', () => {
  const told = {
    ...openSettings,
    later: 1,
    limits: { ...openSettings.limits, later: 1 },
    parameters: [{ name: 'region', type: 'text', description: '', later: 1 }],
    send: {
      ...openSettings.send,
      later: [1],
      csv: { later: 1 },
      fields: { id: { required: true, later: {}, more: 2 } },
    },
    cors: { origins: [], later: null },
  };
  expect(readTold(ApiSettings, told)).toEqual({
    ...openSettings,
    parameters: [{ name: 'region', type: 'text', description: '' }],
    send: { ...openSettings.send, fields: { id: { required: true } } },
    cors: { origins: [] },
  });
});

test.each([
  ['a member of another type', { limits: 7 }],
  ['one that is missing, beside one that is not known', { limits: { maxPage: 1, later: 1 } }],
])('%s does not fit', (_, wrong) => {
  expect(readTold(ApiSettings, { ...openSettings, ...wrong })).toBeUndefined();
});

test('rules that look at the whole hold for what is left', () => {
  const Span = z.strictObject({ from: z.int(), to: z.int() }).refine(({ from, to }) => from < to);
  expect(readTold(Span, { from: 1, to: 2, later: 3 })).toEqual({ from: 1, to: 2 });
  expect(readTold(Span, { from: 2, to: 1, later: 3 })).toBeUndefined();
});

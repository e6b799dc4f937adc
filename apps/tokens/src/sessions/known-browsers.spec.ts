import { systemClock } from '@sluice/runtime/clock';
import type { CursorKeyStore, StoredKeys } from '../cursor-key/cursor-key.store';
import { KnownBrowsers } from './known-browsers';

const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)].map((key) => key.toString('base64')) as [string, string];

/** Marks browsers with these keys at hand. */
function browsersWith(signing: string, others: string[]): KnownBrowsers {
  const keys: StoredKeys = { signing, others, namesSince: new Date(0) };
  const store: Pick<CursorKeyStore, 'findAll'> = { findAll: async () => keys };
  return new KnownBrowsers(store as CursorKeyStore, systemClock);
}

describe('the mark of a browser', () => {
  test('is known over a new key as long as the one before counts, and is made anew with the new one', async () => {
    const mark = await browsersWith(one, []).mark('adm_1', null);
    const known = await browsersWith(two, [one]).find(mark);
    expect(known).toMatchObject({ adminId: 'adm_1' });
    expect(await browsersWith(two, []).find(mark)).toBeNull();
    const renewed = await browsersWith(two, [one]).mark('adm_1', known);
    expect(renewed.split('.')[0]).toBe(mark.split('.')[0]);
    expect(await browsersWith(two, []).find(renewed)).toEqual(known);
  });

  test('is none of another account, nor with a seal that was changed', async () => {
    const browsers = browsersWith(one, [two]);
    const [id, , seal] = (await browsers.mark('adm_1', null)).split('.');
    expect(await browsers.find(`${id}.adm_2.${seal}`)).toBeNull();
    expect(await browsers.find(`${id}.adm_1.${seal}x`)).toBeNull();
    expect(await browsers.find(undefined)).toBeNull();
  });
});

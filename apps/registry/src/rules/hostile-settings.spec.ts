import type { Field } from '@sluice/contracts/fields';
import { type ApiSettings, ApiSettingsChange, openSettings } from '@sluice/contracts/registry/api-settings';
import { openSendRules } from '@sluice/contracts/send-rules';
import { costOf, slowness } from '../../../../test/measure/cost-of';
import { filled } from '../../../../test/measure/filled';
import { settingsFaults } from './settings-rules';

const FIELDS = 1_000;
const LARGEST_BYTES = 120 * 1024;
const fields = Array.from({ length: FIELDS }, (_, index): Field => {
  const name = `customer_attribute_number_${index}`;
  return { name, label: name, type: 'text', nullable: true, min: null, max: null, distinct: null };
});

/** Settings of nothing but faults, of so many bytes. */
const settings: [string, (bytes: number) => Partial<ApiSettings>][] = [
  ['unknown exposed fields', (bytes) => ({ exposed: JSON.parse(`[${filled('"custommer_#"', bytes, ',')}]`) })],
  [
    'one exposed field again and again',
    (bytes) => ({ exposed: filled('customer_attribute_number_1', bytes, ' ').split(' ') }),
  ],
  ['unknown filterable fields', (bytes) => ({ filterable: JSON.parse(`[${filled('"custommer_#"', bytes, ',')}]`) })],
  [
    'operators of unknown fields',
    (bytes) => ({ operators: JSON.parse(`{${filled('"custommer_#":["eq"]', bytes, ',')}}`) }),
  ],
  [
    'a default sort of unknown fields',
    (bytes) => ({ defaultSort: JSON.parse(`[${filled('"-custommer_#"', bytes, ',')}]`) }),
  ],
  [
    'a row filter of unknown fields',
    (bytes) => ({ rowFilter: JSON.parse(`{"_or":[${filled('{"custommer_#":1}', bytes, ',')}]}`) }),
  ],
  [
    'rules of unknown fields',
    (bytes) => ({
      send: { ...openSendRules, fields: JSON.parse(`{${filled('"custommer_#":{"pattern":"("}', bytes, ',')}}`) },
    }),
  ],
  [
    'rules that are none',
    (bytes) => ({
      send: {
        ...openSendRules,
        fields: JSON.parse(`{${filled('"customer_attribute_number_#":{"pattern":"((a+)+$"}', bytes, ',')}}`),
      },
    }),
  ],
];

/** Makes the settings, and says how they are judged: the making is not timed. */
const judged = (change: Partial<ApiSettings>) => () => {
  ApiSettingsChange.safeParse(change);
  expect(settingsFaults({ ...openSettings, ...change }, fields).length).toBeGreaterThan(0);
};

describe('settings of nothing but faults over a thousand fields', () => {
  it.each(settings)('have at most 100 of them told, and are judged in less than 50 ms: %s', (_name, of) => {
    expect(settingsFaults({ ...openSettings, ...of(LARGEST_BYTES) }, fields).length).toBeLessThanOrEqual(100);
    costOf(judged(of(8_192)));
    expect(costOf(judged(of(LARGEST_BYTES)))).toBeLessThan(50 * slowness());
  });

  it.each(settings)('take time that grows no faster than their bytes: %s', (_name, of) => {
    const [small, large] = [LARGEST_BYTES / 8, LARGEST_BYTES].map((bytes) => costOf(judged(of(bytes))));
    // Eight times the bytes: quadratic work would be 64 times as much.
    expect(large).toBeLessThan(24 * Math.max(small ?? 0, 0.5));
  });
});

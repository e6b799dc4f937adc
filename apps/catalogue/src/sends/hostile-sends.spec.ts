import type { SendFormat } from '@sluice/contracts/catalogue/sends';
import type { Field } from '@sluice/contracts/fields';
import { openSendRules } from '@sluice/contracts/send-rules';
import { costOf, slowness } from '../../../../test/measure/cost-of';
import { filled } from '../../../../test/measure/filled';
import { finished } from '../../../../test/measure/finished';
import { checkRows } from './check-rows';

const FIELDS = 1_000;
const LARGEST_BYTES = 256 * 1024;
const fields = Array.from({ length: FIELDS }, (_, index): Field => {
  const name = `customer_attribute_number_${index}`;
  return { name, label: name, type: 'integer', nullable: true, min: null, max: null, distinct: null };
});

/** Bodies of nothing but faults: how they are written, and their text of so many bytes. */
const bodies: [string, SendFormat, (bytes: number) => string][] = [
  ['one object of unknown members', 'json', (bytes) => `[{${filled('"custommer_attribute_#":1', bytes, ',')}}]`],
  ['objects of one unknown member', 'json', (bytes) => `[${filled('{"custommer_attribute_#":1}', bytes, ',')}]`],
  ['values of another type', 'ndjson', (bytes) => filled('{"customer_attribute_number_1":"x#"}', bytes, '\n')],
  ['unknown members on lines', 'ndjson', (bytes) => filled('{"custommer_attribute_#":1}', bytes, '\n')],
  ['unknown columns', 'csv', (bytes) => `${filled('custommer_attribute_#', bytes, ',')}\n1\n`],
  ['cells of another type', 'csv', (bytes) => `customer_attribute_number_1\n${filled('x#', bytes, '\n')}\n`],
  ['rows of another length', 'csv', (bytes) => `customer_attribute_number_1\n${filled('1,#', bytes, '\n')}\n`],
];

const request = {
  apiId: `api_${'0'.repeat(26)}`,
  datasetId: `ds_${'0'.repeat(26)}`,
  fields: null,
  rules: openSendRules,
  lenient: false,
  dryRun: false,
  idempotency: null,
} as const;

/** Makes the body, and says how it is refused: the making is not timed. */
const refused = (format: SendFormat, text: string) => {
  const body = Buffer.from(text);
  return () => expect(() => finished(checkRows(body, { ...request, format }, fields))).toThrow();
};

describe('a send of nothing but faults to a version of a thousand fields', () => {
  it.each(bodies)('takes less than 50 ms for 256 KiB: %s', (_name, format, text) => {
    costOf(refused(format, text(16_384)));
    expect(costOf(refused(format, text(LARGEST_BYTES)))).toBeLessThan(50 * slowness());
  });

  it.each(bodies)('takes time that grows no faster than its bytes: %s', (_name, format, text) => {
    const [small, large] = [LARGEST_BYTES / 8, LARGEST_BYTES].map((bytes) => costOf(refused(format, text(bytes))));
    // Eight times the bytes: quadratic work would be 64 times as much.
    expect(large).toBeLessThan(24 * Math.max(small ?? 0, 0.5));
  });
});

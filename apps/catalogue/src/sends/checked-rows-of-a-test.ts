import type { SendFormat, SendRequest } from '@sluice/contracts/catalogue/sends';
import type { Fault } from '@sluice/contracts/fault';
import type { Field, FieldType } from '@sluice/contracts/fields';
import { openSendRules, type SendRules } from '@sluice/contracts/send-rules';
import { ServiceError } from '@sluice/messaging/service-error';
import { finished } from '../../../../test/measure/finished';
import { type CheckedRows, checkRows } from './check-rows';

const field = (name: string, type: FieldType, scale?: number): Field => {
  return { name, label: name.toUpperCase(), type, scale, nullable: true, min: null, max: null, distinct: null };
};
/** One field of each type. */
export const fields = [
  field('id', 'integer'),
  field('name', 'text'),
  field('price', 'decimal', 2),
  field('ratio', 'number'),
  field('live', 'boolean'),
  field('day', 'date'),
  field('at', 'datetime'),
  field('clock', 'time'),
  field('extra', 'json'),
];

interface Options {
  format?: SendFormat;
  rules?: Partial<SendRules>;
  exposed?: string[];
  lenient?: boolean;
}

/** Checks a body against these fields. */
export function check(
  body: string | Buffer,
  { format = 'json', rules, exposed, lenient = false }: Options = {},
): CheckedRows {
  const request: SendRequest = {
    apiId: `api_${'0'.repeat(26)}`,
    datasetId: `ds_${'0'.repeat(26)}`,
    format,
    fields: exposed ?? null,
    rules: { ...openSendRules, ...rules },
    lenient,
    dryRun: false,
    idempotency: null,
  };
  return finished(checkRows(Buffer.from(body), request, fields));
}

/** The refusal of a body; fails where there is none. */
export function refusalOf(
  body: string | Buffer,
  options?: Options,
): { code: string; detail?: string; faults: Fault[] } {
  try {
    check(body, options);
  } catch (error) {
    if (error instanceof ServiceError)
      return { code: error.code, detail: error.detail, faults: [...(error.faults ?? [])] };
    throw error;
  }
  throw new Error('it was not refused');
}

/** Where a body is refused, and with which codes. */
export const places = (body: string, options?: Options) =>
  refusalOf(body, options).faults.map(({ pointer, code }) => `${pointer} ${code}`);

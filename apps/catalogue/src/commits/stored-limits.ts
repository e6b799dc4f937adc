import { sendRows } from '@sluice/contracts/catalogue/sends';
import type { SendRules } from '@sluice/contracts/send-rules';
import { refuse, type ServiceError } from '@sluice/messaging/service-error';
import type { SegmentHead } from '../stores/segments.store';
import type { VersionDoc } from '../stores/version-doc';

/** What was sent to a version, by all APIs together. */
export interface StoredRows {
  rows: number;
  bytes: number;
}

/** How much may be there for an API to add more. */
export type StoredLimits = Pick<SendRules, 'maxStoredRows' | 'maxStoredBytes'>;

/** Counts what was sent to a version, up to its last commit. */
export function storedRows(last: SegmentHead | null, version: Pick<VersionDoc, 'rowCount'>): StoredRows {
  if (!last) return { rows: 0, bytes: 0 };
  return { rows: last.firstRow + last.rowCount - version.rowCount, bytes: last.sentBytes ?? 0 };
}

/** The refusal of rows with which there would be more than the API may store; null where there is room. */
export function refusalOver(limits: StoredLimits, { rows, bytes }: StoredRows): ServiceError | null {
  const [name, max] =
    rows > limits.maxStoredRows
      ? (['maxStoredRows', limits.maxStoredRows] as const)
      : (['maxStoredBytes', limits.maxStoredBytes] as const);
  if (name === 'maxStoredBytes' && bytes <= max) return null;
  const what = name === 'maxStoredRows' ? 'rows' : 'bytes of rows';
  const detail = `${name}: the API adds rows until ${max} ${what} were sent to the version`;
  return refuse(sendRows, 'send_limit_reached', detail, [{ in: 'body', pointer: '', code: name, detail, max }]);
}

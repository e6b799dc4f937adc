import type { ErrorCode } from '@sluice/contracts/errors';
import { errorTable } from '@sluice/contracts/errors';
import type { Fault, Problem } from '@sluice/contracts/fault';
import { ServiceError } from '@sluice/messaging/service-error';

/** The parts of a problem beside its code. */
export interface ProblemDetails {
  /** The fault of this time, for people. */
  detail?: string;
  /** Header fields of the answer, such as a challenge or the methods that are allowed. */
  headers?: Readonly<Record<string, string>>;
  /** Every fault, each at its place. */
  faults?: readonly Fault[];
}

/** A failure that carries header fields with its answer. */
export class HttpProblem extends ServiceError {
  /** Members of the document beside ours, or in their place. */
  readonly members: Readonly<Record<string, unknown>> = {};
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, { detail, headers = {}, faults }: ProblemDetails = {}) {
    super(code, detail, faults);
    this.headers = headers;
  }
}

/** Refuses a query with every fault that it has. */
export function invalidQuery(faults: readonly Fault[], detail?: string): HttpProblem {
  const count = faults.length === 1 ? '1 parameter was' : `${faults.length} parameters were`;
  return new HttpProblem('invalid_query', { detail: detail ?? `${count} not understood`, faults });
}

const RETRY_AFTER_SECONDS = 1;

/** Makes the RFC 9457 document of a failure, with the status that the error table gives it. */
export function problemOf(error: ServiceError, requestId: string, traceId?: string): Problem {
  const { status, title } = errorTable[error.code];
  return {
    type: `/docs/errors#${error.code}`,
    title,
    status,
    detail: error.detail,
    instance: requestId,
    ...(traceId !== undefined && { traceId }),
    code: error.code,
    ...(error.faults.length > 0 && { errors: [...error.faults] }),
    ...(error instanceof HttpProblem && error.members),
  };
}

/** Makes the header fields of a problem; one that asks to wait says how long (RFC 9110 section 10.2.3), in seconds. */
export function problemHeaders(error: ServiceError): Readonly<Record<string, string>> {
  const { status } = errorTable[error.code];
  const headers = error instanceof HttpProblem ? error.headers : {};
  return status === 503 || status === 429
    ? { 'retry-after': String(error.retryAfterSeconds ?? RETRY_AFTER_SECONDS), ...headers }
    : headers;
}

import type { ErrorCode } from '@sluice/contracts/errors';
import type { Problem } from '@sluice/contracts/fault';
import { NotSent, ServiceError } from '@sluice/messaging/service-error';
import { HttpProblem } from './problem';

/** A write that failed on the way: its caller has to know whether repeating it could do it twice. */
class WriteFailed extends HttpProblem {
  override readonly members: Readonly<Record<string, unknown>>;

  constructor({ code, faults }: ServiceError, detail: string, outcome: Problem['outcome']) {
    super(code, { detail, faults });
    this.members = { outcome };
  }
}

/** After these a write may have been done or not. */
const uncertain: readonly ErrorCode[] = ['timeout', 'unavailable', 'internal'];

/** Tells of a failed write whether it may have been done, and by `advice` what to do then. A refusal stays as it is. */
export function withOutcome(error: ServiceError, advice: string): ServiceError {
  const { code, detail } = error;
  if (error instanceof NotSent || code === 'overloaded' || code === 'other_release')
    return new WriteFailed(error, detail, 'not_executed');
  return uncertain.includes(code) ? new WriteFailed(error, advice, 'unknown') : error;
}

import { RpcException } from '@nestjs/microservices';
import { type Contract, type ErrorOf } from '@sluice/contracts/contract';
import { type ErrorCode, errorTable, isErrorCode } from '@sluice/contracts/errors';
import { Fault } from '@sluice/contracts/fault';
import { z } from 'zod';

/** A refusal or failure by code, on both sides of the bus. `detail` and `faults` may reach the caller of the product. */
export class ServiceError extends RpcException {
  constructor(
    readonly code: ErrorCode,
    readonly detail: string = errorTable[code].title,
    readonly faults: readonly Fault[] = [],
    /** After how many seconds trying again makes sense, where that is known. */
    readonly retryAfterSeconds?: number,
  ) {
    super({ code, detail, faults, retryAfterSeconds });
    this.message = `${code}: ${detail}`;
  }
}

/** A request that no service took, or that failed before one was asked: it was not executed, and never will be. */
export class NotSent extends ServiceError {
  constructor(detail?: string) {
    super('unavailable', detail);
  }
}

/** Makes the error by which a handler refuses. Only codes that its contract lists compile. */
export function refuse<C extends Contract>(
  _contract: C,
  code: ErrorOf<C>,
  detail?: string,
  faults?: readonly Fault[],
  retryAfterSeconds?: number,
): ServiceError {
  return new ServiceError(code, detail, faults, retryAfterSeconds);
}

/** Whether a call failed with this code of its contract. */
export function isRefusal<C extends Contract>(error: unknown, _contract: C, code: ErrorOf<C>): error is ServiceError {
  return error instanceof ServiceError && error.code === code;
}

const WireError = z.object({
  code: z.string(),
  detail: z.string(),
  faults: z.array(Fault).default([]),
  retryAfterSeconds: z.int().optional(),
});

/** The error that a reply carries; one that this build does not know is a failure of ours. */
export function fromWire(wire: unknown): ServiceError {
  const parsed = WireError.safeParse(wire);
  if (!parsed.success) return new ServiceError('internal');
  const { code, detail, faults, retryAfterSeconds } = parsed.data;
  return isErrorCode(code) ? new ServiceError(code, detail, faults, retryAfterSeconds) : new ServiceError('internal');
}

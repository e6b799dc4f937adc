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
  ) {
    super({ code, detail, faults });
    this.message = `${code}: ${detail}`;
  }
}

/** Nobody was there to take the request: it was not executed, and never will be. */
export class NotSent extends ServiceError {
  constructor(detail?: string) {
    super('unavailable', detail);
  }
}

/** What a handler throws to refuse: only codes that its contract lists compile. */
export function refuse<C extends Contract>(
  _contract: C,
  code: ErrorOf<C>,
  detail?: string,
  faults?: readonly Fault[],
): ServiceError {
  return new ServiceError(code, detail, faults);
}

/** Whether a call failed with this code of its contract. */
export function isRefusal<C extends Contract>(error: unknown, _contract: C, code: ErrorOf<C>): error is ServiceError {
  return error instanceof ServiceError && error.code === code;
}

const WireError = z.object({ code: z.string(), detail: z.string(), faults: z.array(Fault).default([]) });
export type WireError = z.input<typeof WireError>;

/** The error that a reply carries; one that this build does not know is a failure of ours. */
export function fromWire(wire: unknown): ServiceError {
  const parsed = WireError.safeParse(wire);
  if (!parsed.success || !isErrorCode(parsed.data.code)) return new ServiceError('internal');
  return new ServiceError(parsed.data.code, parsed.data.detail, parsed.data.faults);
}

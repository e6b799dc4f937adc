import type { Fault, Problem } from '@sluice/contracts/fault';

/** A refusal of the server, in its own words. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
  }

  get code(): string {
    return this.problem.code;
  }

  get faults(): readonly Fault[] {
    return this.problem.errors ?? [];
  }
}

/** What keeps something from being sent, as the server said when it was asked before. */
export function refusalOfFaults(title: string, errors: Fault[]): Refusal {
  return new Refusal({
    type: 'about:blank',
    title,
    status: 422,
    detail: '',
    instance: '',
    code: 'invalid_request',
    errors,
  });
}

/** No answer at all: offline, or the gateway is away. */
export class Unreachable extends Error {
  constructor(cause?: unknown) {
    super('The server cannot be reached', { cause });
  }
}

/** One or two lines for people, whatever was thrown. */
export function messageOf(error: unknown): { title: string; detail: string; requestId: string | null } {
  if (error instanceof Refusal) {
    const { title, detail, instance } = error.problem;
    return { title, detail: detail === title ? '' : detail, requestId: instance };
  }
  if (error instanceof Unreachable) {
    return { title: error.message, detail: 'Try again once it is back.', requestId: null };
  }
  return { title: 'Something went wrong', detail: error instanceof Error ? error.message : '', requestId: null };
}

/** The faults that stand at one place of a body (`/name`) or at one parameter. */
export function faultsAt(error: unknown, place: string): readonly Fault[] {
  if (!(error instanceof Refusal)) return [];
  return error.faults.filter(({ pointer, name }) => pointer === place || name === place || `/${name}` === place);
}

/** The faults at a place and at what is inside it. */
export function faultsUnder(error: unknown, place: string): readonly Fault[] {
  if (!(error instanceof Refusal)) return [];
  return error.faults.filter(({ pointer }) => pointer === place || pointer?.startsWith(`${place}/`));
}

/** An error whose every fault has a place among these is told there; any other needs a place of its own. */
export function isToldAt(error: unknown, places: readonly string[]): boolean {
  if (!(error instanceof Refusal) || error.faults.length === 0) return false;
  return error.faults.every((fault) =>
    places.some((place) => faultsAt(error, place).includes(fault) || faultsUnder(error, place).includes(fault)),
  );
}

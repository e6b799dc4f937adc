import type { Fault } from '@sluice/contracts/fault';
import { HttpProblem, invalidQuery } from '../http/problem';

/** Refuses an option of a query that cannot be read, with what to write instead. */
export function unreadable(option: string, detail: string, hint?: string): HttpProblem {
  return invalidQuery([faultOf(option, 'invalid_value', detail, hint)]);
}

/** Refuses what OData has and we do not (OData 4.0 part 1, section 9.3.1), with what there is instead. */
export function notOffered(option: string, detail: string, hint?: string): HttpProblem {
  return new HttpProblem('not_implemented', { detail, faults: [faultOf(option, 'not_implemented', detail, hint)] });
}

function faultOf(name: string, code: string, detail: string, hint?: string): Fault {
  return { in: 'query', name, code, detail, ...(hint !== undefined && { hint }) };
}

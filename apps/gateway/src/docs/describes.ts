import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiQuery } from '@nestjs/swagger';
import type { Contract } from '@sluice/contracts/contract';
import type { ErrorCode } from '@sluice/contracts/errors';

/** Where a route's own refusals stand until its document is finished. */
export const REFUSALS = 'x-refusals';

/**
 * Describes a management route for its document: what it does, in a line and in sentences, and what it can be refused
 * for, by the contracts that it calls and by codes of its own.
 */
export function Describes(
  summary: string,
  description: string,
  ...refusedBy: readonly (Contract | ErrorCode)[]
): MethodDecorator {
  const refusals = refusedBy.flatMap((each) => (typeof each === 'string' ? [each] : each.errors));
  return applyDecorators(ApiOperation({ summary, description }), ApiExtension(REFUSALS, refusals));
}

/** Documents that a route takes a query of rows: which parameters there are follows from the fields of the version. */
export function TakesQuery(): MethodDecorator {
  return ApiQuery({
    name: 'query',
    required: false,
    style: 'form',
    explode: true,
    description: 'Filters by field (`price__gte=5`) and controls (`_limit=10`), each a parameter of its own',
    schema: { type: 'object', additionalProperties: { type: 'string' } },
  });
}

import type { PipeTransform } from '@nestjs/common';
import type { ErrorCode } from '@sluice/contracts/errors';
import type { z } from 'zod';
import { HttpProblem } from './problem';

/** An id in a path; text that cannot be one names something that does not exist. */
export class IdPipe implements PipeTransform<string, string> {
  constructor(
    private readonly schema: z.ZodType<string>,
    private readonly missing: ErrorCode,
  ) {}

  transform(value: string): string {
    const parsed = this.schema.safeParse(value);
    if (!parsed.success) throw new HttpProblem(this.missing);
    return parsed.data;
  }
}

/** A version's number in a path. */
export class VersionNumber implements PipeTransform<string, number> {
  transform(value: string): number {
    if (!/^[1-9]\d{0,8}$/.test(value)) throw new HttpProblem('version_not_found');
    return Number(value);
  }
}

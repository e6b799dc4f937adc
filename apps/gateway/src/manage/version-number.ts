import type { PipeTransform } from '@nestjs/common';
import { HttpProblem } from '../http/problem';

/** A version's number in a path. */
export class VersionNumber implements PipeTransform<string, number> {
  transform(value: string): number {
    if (!/^[1-9]\d{0,8}$/.test(value)) throw new HttpProblem('version_not_found');
    return Number(value);
  }
}

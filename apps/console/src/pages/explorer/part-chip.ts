import { type Chip, rangeChip } from '../filters/chips';
import type { ProfilePart } from '../rows/profile-pieces';

/** Makes the condition that finds just the rows of a part of a profile. */
export function partChip(field: string, part: ProfilePart): Chip {
  switch (part.kind) {
    case 'range':
      return rangeChip(field, part.from, part.to);
    case 'value':
      return { field, op: part.isCut ? 'starts' : 'eq', values: [part.value] };
    case 'empty':
      return { field, op: 'null', values: ['true'] };
  }
}

/** Makes the condition that rows have the value of a cell; null is none. */
export function valueChip(field: string, value: string | null): Chip {
  return value === null ? { field, op: 'null', values: ['true'] } : { field, op: 'eq', values: [value] };
}

import {
  ArrowDown,
  ArrowUp,
  EyeOff,
  FoldHorizontal,
  ListFilter,
  MoveLeft,
  MoveRight,
  UnfoldHorizontal,
} from 'lucide-react';
import type { Action } from '../../ui/menu';
import type { GridColumn } from '../rows/columns';
import type { Sort } from '../rows/grid-head';
import type { Arranged } from '../rows/use-arrangement';

const STEP = 1.25;

/** Lists all that can be done with a column: by keyboard, too, what is dragged otherwise. */
export function columnActions(
  { name, type, width }: GridColumn,
  arranged: Arranged,
  onSort: (sort: Sort) => void,
  onFilter: (() => void) | undefined,
): readonly Action[] {
  const at = arranged.shown.findIndex((field) => field.name === name);
  const last = arranged.shown.length - 1;
  const when = (isThere: boolean, action: Action) => (isThere ? [action] : []);
  return [
    ...when(type !== 'json', {
      label: 'Sort ascending',
      picture: ArrowUp,
      run: () => onSort({ field: name, descending: false }),
    }),
    ...when(type !== 'json', {
      label: 'Sort descending',
      picture: ArrowDown,
      run: () => onSort({ field: name, descending: true }),
    }),
    ...(onFilter ? [{ label: 'Filter', picture: ListFilter, run: onFilter }] : []),
    ...when(at > 0, { label: 'Move left', picture: MoveLeft, run: () => arranged.move(name, -1) }),
    ...when(at < last, { label: 'Move right', picture: MoveRight, run: () => arranged.move(name, 1) }),
    { label: 'Wider', picture: UnfoldHorizontal, run: () => arranged.resize(name, width * STEP) },
    { label: 'Narrower', picture: FoldHorizontal, run: () => arranged.resize(name, width / STEP) },
    ...when(last > 0, { label: 'Hide', picture: EyeOff, run: () => arranged.hide(name) }),
  ];
}

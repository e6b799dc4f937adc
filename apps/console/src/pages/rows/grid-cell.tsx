import type { KeyboardEvent } from 'react';
import { cellText } from '../../server/rows';
import { type GridColumn, isNumeric } from './columns';
import css from './rows-grid.module.css';
import { isNothingSelected } from './use-grid-cells';

/** A longer text may be cut at the narrowest column. */
const UNCUT_CHARS = 8;

interface CellProps {
  column: GridColumn;
  value: unknown;
  /** Where it is found again, where cells can be opened. */
  place: string | undefined;
  isStop: boolean;
  onFocus: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
  onOpen: () => void;
}

/** A value on one line; the whole of it is in its title, and where it can be opened. */
export function GridCell({ column: { type }, value, place, isStop, onFocus, onKeyDown, onOpen }: CellProps) {
  const text = cellText(value);
  const look = text === null ? css.empty : isNumeric(type) ? css.number : undefined;
  const shown = { className: look, title: text !== null && text.length > UNCUT_CHARS ? text : undefined };
  const content = text ?? 'null';
  if (place === undefined) return <td {...shown}>{content}</td>;
  return (
    <td
      {...shown}
      data-cell={place}
      tabIndex={isStop ? 0 : -1}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      onClick={() => isNothingSelected() && onOpen()}
    >
      {content}
    </td>
  );
}

import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';

interface Place {
  row: number;
  column: number;
}

const PAGE_ROWS = 10;

type Step = (at: Place, last: Place) => Place;

const steps: Readonly<Record<string, Step>> = {
  ArrowUp: ({ row, column }) => ({ row: row - 1, column }),
  ArrowDown: ({ row, column }) => ({ row: row + 1, column }),
  ArrowLeft: ({ row, column }) => ({ row, column: column - 1 }),
  ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
  PageUp: ({ row, column }) => ({ row: row - PAGE_ROWS, column }),
  PageDown: ({ row, column }) => ({ row: row + PAGE_ROWS, column }),
  Home: ({ row }) => ({ row, column: 0 }),
  End: ({ row }, last) => ({ row, column: last.column }),
};

/** The cells of a grid as one stop of the tab key (the grid pattern of ARIA): arrows go from cell to cell, also to those that are not drawn yet. */
export function useGridCells({
  frame,
  last,
  drawn,
  scrollTo,
  onOpen,
  onCopy,
}: {
  frame: RefObject<HTMLElement | null>;
  last: Place;
  /** Rows that are drawn, ascending. */
  drawn: readonly number[];
  scrollTo: (row: number) => void;
  onOpen: (row: number, column: number) => void;
  onCopy: (row: number, column: number) => void;
}) {
  const [current, setCurrent] = useState<Place>({ row: 0, column: 0 });
  /** The cell to which somebody went who is still on the frame, as it is not drawn yet. */
  const wanted = useRef<Place | null>(null);
  const cellAt = ({ row, column }: Place) =>
    frame.current?.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`) ?? null;
  useEffect(() => {
    const cell = wanted.current && cellAt(wanted.current);
    if (!cell) return;
    wanted.current = null;
    if (document.activeElement === frame.current) cell.focus();
  });
  /** The cell that was left may be drawn no longer at the next key: the focus waits where it always is. */
  const go = (to: Place) => {
    setCurrent(to);
    scrollTo(to.row);
    const cell = cellAt(to);
    wanted.current = cell ? null : to;
    (cell ?? frame.current)?.focus();
  };
  const stepBy = (event: KeyboardEvent, from: Place): boolean => {
    const step = event.ctrlKey || event.metaKey ? undefined : steps[event.key];
    if (!step) return false;
    const { row, column } = step(from, last);
    go({ row: within(row, last.row), column: within(column, last.column) });
    event.preventDefault();
    return true;
  };
  const stop: Place = {
    row: drawn.includes(current.row) ? current.row : (drawn[0] ?? 0),
    column: Math.min(current.column, last.column),
  };
  return {
    isStop: (row: number, column: number) => row === stop.row && column === stop.column,
    onFocus: (row: number, column: number) => setCurrent({ row, column }),
    onKeyDown: (event: KeyboardEvent, row: number, column: number) => {
      if (stepBy(event, { row, column })) return;
      const isCommand = event.ctrlKey || event.metaKey;
      if (isCommand && event.key.toLowerCase() === 'c' && isNothingSelected()) onCopy(row, column);
      else if (event.key === 'Enter' || event.key === ' ') onOpen(row, column);
      else return;
      event.preventDefault();
    },
    /** Keys that come before the cell is drawn. */
    onFrameKeyDown: (event: KeyboardEvent) => {
      if (event.target === event.currentTarget && wanted.current) stepBy(event, wanted.current);
    },
  };
}

/** Somebody who selects a part of a cell wants that part. */
export function isNothingSelected(): boolean {
  return window.getSelection()?.isCollapsed ?? true;
}

function within(index: number, last: number): number {
  return Math.max(0, Math.min(index, last));
}

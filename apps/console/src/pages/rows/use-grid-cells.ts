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
  const wanted = useRef<Place | null>(null);
  // A cell far away is drawn some time after it was scrolled to.
  useEffect(() => {
    if (!wanted.current) return;
    const cell = frame.current?.querySelector<HTMLElement>(
      `[data-cell="${wanted.current.row}:${wanted.current.column}"]`,
    );
    if (!cell) return;
    wanted.current = null;
    cell.focus();
  });
  const stop: Place = {
    row: drawn.includes(current.row) ? current.row : (drawn[0] ?? 0),
    column: Math.min(current.column, last.column),
  };
  return {
    isStop: (row: number, column: number) => row === stop.row && column === stop.column,
    onFocus: (row: number, column: number) => setCurrent({ row, column }),
    onKeyDown: (event: KeyboardEvent, row: number, column: number) => {
      const isCommand = event.ctrlKey || event.metaKey;
      const step = isCommand ? undefined : steps[event.key];
      if (step) {
        const next = step({ row, column }, last);
        wanted.current = { row: within(next.row, last.row), column: within(next.column, last.column) };
        setCurrent(wanted.current);
        scrollTo(wanted.current.row);
      } else if (isCommand && event.key.toLowerCase() === 'c' && isNothingSelected()) onCopy(row, column);
      else if (event.key === 'Enter' || event.key === ' ') onOpen(row, column);
      else return;
      event.preventDefault();
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

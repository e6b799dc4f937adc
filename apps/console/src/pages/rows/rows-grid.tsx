import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { cellText, type Row } from '../../server/rows';
import { copyText } from '../../ui/copy-button';
import { type GridField, widthsOf } from './columns';
import { GridCell } from './grid-cell';
import { GridHeads, type HeadsProps } from './grid-heads';
import css from './rows-grid.module.css';
import { useGridCells } from './use-grid-cells';

const ROW_HEIGHT = 36;
const LOAD_AHEAD = 40;
const [HEAD_HEIGHT, UNDER_HEIGHT] = [38, 84];

interface GridProps extends HeadsProps {
  fields: readonly GridField[];
  rows: readonly Row[];
  label: string;
  /** Called when the end comes into sight. */
  onEnd?: () => void;
  /** Opens a cell whole. With it, cells are gone to by arrows. */
  onOpen?: (row: Row, field: GridField) => void;
}

/** Rows as a grid of which only what is in sight is drawn, however many there are. */
export function RowsGrid({
  fields,
  rows,
  label,
  sort = null,
  onSort,
  onEnd,
  under,
  arranged,
  actionsOf,
  onOpen,
}: GridProps) {
  const frame = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollPaddingEnd: HEAD_HEIGHT + (under ? UNDER_HEIGHT : 0),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - LOAD_AHEAD) onEnd?.();
  }, [last, rows.length, onEnd]);
  const isProfiled = under !== undefined;
  const columns = useMemo(
    () =>
      widthsOf(fields, rows, cellText, isProfiled).map((column) => ({
        ...column,
        width: arranged?.widthOf(column.name) ?? column.width,
      })),
    [fields, rows, isProfiled, arranged],
  );
  const cells = useGridCells({
    frame,
    last: { row: rows.length - 1, column: columns.length - 1 },
    drawn: items.map(({ index }) => index),
    scrollTo: (row) => virtual.scrollToIndex(row),
    onOpen: (row, at) => {
      const [found, column] = [rows[row], columns[at]];
      if (found && column) onOpen?.(found, column);
    },
    onCopy: (row, at) => void copyText(cellText(rows[row]?.[columns[at]?.name ?? '']) ?? ''),
  });
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const isWide = !columns.some(({ name }) => arranged?.widthOf(name));
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const heads = under ? 2 : 1;
  return (
    <section ref={frame} className={css.frame} aria-label={label} tabIndex={0} onKeyDown={cells.onFrameKeyDown}>
      <table
        role={onOpen && 'grid'}
        className={css.grid}
        style={{ width: isWide ? `max(100%, ${width}px)` : width }}
        aria-rowcount={rows.length + heads}
      >
        <colgroup>
          {columns.map(({ name, width: wide }) => (
            <col key={name} style={{ width: wide }} />
          ))}
        </colgroup>
        <GridHeads
          columns={columns}
          sort={sort}
          onSort={onSort}
          under={under}
          arranged={arranged}
          actionsOf={actionsOf}
        />
        <tbody>
          {before > 0 && <tr style={{ height: before }} />}
          {items.map(({ index }) => (
            <tr key={index} aria-rowindex={index + 1 + heads} style={{ height: ROW_HEIGHT }}>
              {columns.map((column, at) => (
                <GridCell
                  key={column.name}
                  column={column}
                  value={rows[index]?.[column.name]}
                  place={onOpen && `${index}:${at}`}
                  isStop={cells.isStop(index, at)}
                  onFocus={() => cells.onFocus(index, at)}
                  onKeyDown={(event) => cells.onKeyDown(event, index, at)}
                  onOpen={() => rows[index] && onOpen?.(rows[index], column)}
                />
              ))}
            </tr>
          ))}
          {after > 0 && <tr style={{ height: after }} />}
        </tbody>
      </table>
    </section>
  );
}

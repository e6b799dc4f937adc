import { ArrowDown, ArrowUp } from 'lucide-react';
import { type DragEvent, type PointerEvent, useRef } from 'react';
import { type Action, ActionMenu } from '../../ui/menu';
import { type GridColumn, isNumeric } from './columns';
import css from './rows-grid.module.css';

export interface Sort {
  field: string;
  descending: boolean;
}

const DRAGGED = 'text/x-sluice-column';

/** The head of a column: a press sorts, its edge is dragged to make it wider, itself to another place; its menu does all of it by keyboard. */
export function GridHead({
  column: { name, type, width },
  sort,
  onSort,
  actions,
  onResize,
  onPlace,
}: {
  column: GridColumn;
  sort: Sort | null;
  onSort?: (sort: Sort | null) => void;
  actions?: readonly Action[];
  onResize?: (width: number) => void;
  /** Another column was dropped on this one. */
  onPlace?: (name: string) => void;
}) {
  const direction = sort?.field === name ? (sort.descending ? 'descending' : 'ascending') : undefined;
  const isResizing = useRef(false);
  const dragging = onPlace && {
    draggable: true,
    onDragStart: (event: DragEvent) => {
      if (isResizing.current) event.preventDefault();
      else event.dataTransfer.setData(DRAGGED, name);
    },
    onDragOver: (event: DragEvent) => {
      if (event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      const dragged = event.dataTransfer.getData(DRAGGED);
      if (dragged !== '' && dragged !== name) onPlace(dragged);
    },
  };
  const shown = (
    <span className={css.cut} title={name}>
      {name}
    </span>
  );
  return (
    <th
      scope="col"
      aria-sort={direction}
      aria-label={name}
      className={isNumeric(type) ? css.number : undefined}
      {...dragging}
    >
      <div className={css.head}>
        {onSort && type !== 'json' ? (
          <button type="button" className={css.sort} onClick={() => onSort(nextSort(name, sort))}>
            {shown}
            {direction === 'ascending' && <ArrowUp aria-hidden="true" />}
            {direction === 'descending' && <ArrowDown aria-hidden="true" />}
          </button>
        ) : (
          <div className={css.name}>{shown}</div>
        )}
        {actions && <ActionMenu label={`Column ${name}`} actions={actions} />}
        {onResize && <Edge width={width} onResize={onResize} isResizing={isResizing} />}
      </div>
    </th>
  );
}

/** For pointers: by keyboard a column is made wider in its menu. */
function Edge({
  width,
  onResize,
  isResizing,
}: {
  width: number;
  onResize: (width: number) => void;
  isResizing: { current: boolean };
}) {
  const start = useRef<{ x: number; width: number } | null>(null);
  const end = () => {
    start.current = null;
    isResizing.current = false;
  };
  return (
    <span
      aria-hidden="true"
      className={css.edge}
      onPointerDown={(event: PointerEvent<HTMLSpanElement>) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width };
        isResizing.current = true;
      }}
      onPointerMove={({ clientX }) => start.current && onResize(start.current.width + clientX - start.current.x)}
      onPointerUp={end}
      onPointerCancel={end}
    />
  );
}

/** Up, down, and back to the order of the file. */
function nextSort(field: string, sort: Sort | null): Sort | null {
  if (sort?.field !== field) return { field, descending: false };
  return sort.descending ? null : { field, descending: true };
}

import { memo, type ReactNode } from 'react';
import type { Action } from '../../ui/menu';
import type { GridColumn } from './columns';
import { GridHead, type Sort } from './grid-head';
import css from './rows-grid.module.css';
import type { Arranged } from './use-arrangement';

export interface HeadsProps {
  sort?: Sort | null;
  onSort?: (sort: Sort | null) => void;
  /** What stands below the name of a field. */
  under?: (name: string) => ReactNode;
  /** How columns are arranged, where they can be. */
  arranged?: Arranged;
  actionsOf?: (column: GridColumn) => readonly Action[];
}

/** The heads of all columns, and what stands below their names. They are not drawn anew while rows are scrolled. */
export const GridHeads = memo(function GridHeads({
  columns,
  sort = null,
  onSort,
  under,
  arranged,
  actionsOf,
}: HeadsProps & { columns: readonly GridColumn[] }) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map((column) => (
          <GridHead
            key={column.name}
            column={column}
            sort={sort}
            onSort={onSort}
            actions={actionsOf?.(column)}
            onResize={arranged && ((wide) => arranged.resize(column.name, wide))}
            onPlace={arranged && ((name) => arranged.place(name, column.name))}
          />
        ))}
      </tr>
      {under && (
        <tr aria-rowindex={2}>
          {columns.map(({ name }) => (
            <td key={name} className={css.under}>
              {under(name)}
            </td>
          ))}
        </tr>
      )}
    </thead>
  );
});

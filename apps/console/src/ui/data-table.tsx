import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import css from './table.module.css';

/** `number` stands on the right; `medium` and `wide` give way on narrower screens; `soft` is fainter; `tight` and `roomy` set the width. */
type Look = 'number' | 'medium' | 'wide' | 'soft' | 'tight' | 'roomy';

/** A column: its name, how it looks, and what it shows of an item. */
export interface Column<Item> {
  label: string;
  looks?: readonly Look[];
  /** The member that the server sorts by, where it does. */
  sort?: string;
  /** The name is only read out. */
  isUnseen?: boolean;
  cell(item: Item, index: number): ReactNode;
  /** A class of the cell that depends on the item. */
  classOf?(item: Item): string | undefined;
}

/** The column of what can be done with an item, at the ends of rows. */
export function actionsColumn<Item>(cell: Column<Item>['cell']): Column<Item> {
  return { label: 'Actions', looks: ['tight'], isUnseen: true, cell };
}

/** A table whose heads and cells come from one list of columns; the first column names the row. */
export function DataTable<Item>({
  columns,
  items,
  keyOf,
  label,
  look = css.table,
  sort,
  onSort,
}: {
  columns: readonly Column<Item>[];
  items: readonly Item[];
  keyOf: (item: Item) => string | number;
  label?: string;
  look?: string;
  /** The member that the items are sorted by, descending behind a minus; undefined is their usual order. */
  sort?: string;
  onSort?: (sort: string | undefined) => void;
}) {
  return (
    <table className={look} aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ label: name, looks = [], isUnseen, sort: member }) => (
            <th
              key={name}
              scope="col"
              className={classesOf(looks.filter((each) => each !== 'soft'))}
              aria-sort={directionOf(member, sort)}
            >
              {isUnseen && <span className={css.unseen}>{name}</span>}
              {!isUnseen && !(member && onSort) && name}
              {!isUnseen && member && onSort && (
                <button type="button" className={css.sort} onClick={() => onSort(nextSort(member, sort))}>
                  {name}
                  {sort === member && <ArrowUp aria-hidden="true" />}
                  {sort === `-${member}` && <ArrowDown aria-hidden="true" />}
                </button>
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {items.map((item, index) => (
          <tr key={keyOf(item)}>
            {columns.map(({ label: name, looks = [], cell, classOf }, at) =>
              at === 0 ? (
                <th key={name} scope="row" className={classesOf(looks)}>
                  {cell(item, index)}
                </th>
              ) : (
                <td key={name} className={classOf ? classOf(item) : classesOf(looks)}>
                  {cell(item, index)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Up, down, and back to the usual order. */
function nextSort(member: string, sort: string | undefined): string | undefined {
  if (sort === member) return `-${member}`;
  return sort === `-${member}` ? undefined : member;
}

function directionOf(member: string | undefined, sort: string | undefined): 'ascending' | 'descending' | undefined {
  if (member === undefined || sort === undefined) return undefined;
  if (sort === member) return 'ascending';
  return sort === `-${member}` ? 'descending' : undefined;
}

function classesOf(looks: readonly Look[]): string | undefined {
  return looks.map((look) => css[look]).join(' ') || undefined;
}

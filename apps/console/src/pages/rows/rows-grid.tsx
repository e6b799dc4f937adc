import type { Field } from '@sluice/contracts/fields';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { cellText, type Row } from '../../server/rows';
import css from './rows-grid.module.css';

const ROW_HEIGHT = 36;
const LOAD_AHEAD = 40;

export interface Sort {
  field: string;
  descending: boolean;
}

interface GridProps {
  fields: readonly Pick<Field, 'name' | 'type'>[];
  rows: readonly Row[];
  label: string;
  sort?: Sort | null;
  onSort?: (sort: Sort | null) => void;
  /** Called when the end comes into sight. */
  onEnd?: () => void;
}

/** Rows as a grid of which only what is in sight is drawn, however many there are. */
export function RowsGrid({ fields, rows, label, sort, onSort, onEnd }: GridProps) {
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - LOAD_AHEAD) onEnd?.();
  }, [last, rows.length, onEnd]);
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <section ref={frame} className={css.frame} aria-label={label} tabIndex={0}>
      <table className={css.grid} aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {fields.map(({ name, type }) => {
              const direction = sort?.field === name ? (sort.descending ? 'descending' : 'ascending') : undefined;
              const shown = (
                <span className={css.cut} title={name}>
                  {name}
                </span>
              );
              return (
                <th key={name} scope="col" aria-sort={direction} className={isNumeric(type) ? css.number : undefined}>
                  {onSort && type !== 'json' ? (
                    <button type="button" className={css.sort} onClick={() => onSort(nextSort(name, sort ?? null))}>
                      {shown}
                      {direction === 'ascending' && <ArrowUp aria-hidden="true" />}
                      {direction === 'descending' && <ArrowDown aria-hidden="true" />}
                    </button>
                  ) : (
                    <div className={css.name}>{shown}</div>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr style={{ height: before }} />}
          {items.map(({ index }) => (
            <tr key={index} aria-rowindex={index + 2} style={{ height: ROW_HEIGHT }}>
              {fields.map(({ name, type }) => (
                <Cell key={name} value={rows[index]?.[name]} type={type} />
              ))}
            </tr>
          ))}
          {after > 0 && <tr style={{ height: after }} />}
        </tbody>
      </table>
    </section>
  );
}

function Cell({ value, type }: { value: unknown; type: Field['type'] }) {
  const text = cellText(value);
  if (text === null) return <td className={css.empty}>null</td>;
  return (
    <td className={isNumeric(type) ? css.number : undefined} title={text.length > 40 ? text : undefined}>
      {text}
    </td>
  );
}

function isNumeric(type: Field['type']): boolean {
  return type === 'integer' || type === 'number' || type === 'decimal';
}

/** Up, down, and back to the order of the file. */
function nextSort(field: string, sort: Sort | null): Sort | null {
  if (sort?.field !== field) return { field, descending: false };
  return sort.descending ? null : { field, descending: true };
}

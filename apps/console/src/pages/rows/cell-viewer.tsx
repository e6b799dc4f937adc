import { stringify } from 'lossless-json';
import { cellText, type Row } from '../../server/rows';
import { Button } from '../../ui/button';
import { CopyButton } from '../../ui/copy-button';
import { Dialog } from '../../ui/dialog';
import { JsonTree } from '../../ui/json-tree';
import type { GridField } from './columns';
import css from './rows-grid.module.css';

/** A longer value makes an address that some programs do not take. */
const MAX_FILTER_CHARS = 1_000;

/** The whole value of a cell, to read and to copy, and the row that it is of. */
export function CellViewer({
  row,
  field: { name, type },
  onFilter,
  onClose,
}: {
  row: Row;
  field: GridField;
  /** Filters by the value as queries spell it; null is a row without one. Absent where nothing can be filtered by. */
  onFilter?: (value: string | null) => void;
  onClose: () => void;
}) {
  const value = row[name];
  const text = cellText(value);
  const canFilter = text === null || (type !== 'json' && text.length <= MAX_FILTER_CHARS);
  return (
    <Dialog
      title={name}
      isOpen
      onClose={onClose}
      width="wide"
      footer={
        <>
          {onFilter && canFilter && <Button onPress={() => onFilter(text)}>Filter by this value</Button>}
          <CopyButton label="Copy row as JSON" text={stringify(row, null, 2) ?? ''} />
          {text !== null && (
            <CopyButton label="Copy value" text={type === 'json' ? jsonText(value) : text} look="primary" />
          )}
        </>
      }
    >
      {text === null ? (
        <p className={css.empty}>This row has no value here.</p>
      ) : type === 'json' ? (
        <JsonTree text={jsonText(value)} label={`Value of ${name}`} />
      ) : (
        <section className={css.whole} aria-label={`Value of ${name}`} tabIndex={0}>
          <pre>{text}</pre>
        </section>
      )}
    </Dialog>
  );
}

function jsonText(value: unknown): string {
  return stringify(value, null, 2) ?? '';
}

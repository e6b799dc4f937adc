import type { Import, ImportReview } from '@sluice/contracts/catalogue/imports';
import { useState } from 'react';
import type { Types } from '../../server/imports';
import type { Row } from '../../server/rows';
import { Card } from '../../ui/card';
import { RowsGrid } from '../rows/rows-grid';
import { FieldTypes } from './field-types';
import { kindOf } from './file-kind';
import { FileReading } from './file-reading';
import css from './imports.module.css';
import { OptionDialog, type OptionPlace } from './option-dialog';
import { RawLines } from './raw-lines';
import type { FoundFile as Found } from './use-found-file';

interface FoundProps {
  state: Import;
  review: ImportReview & { rows: Row[] };
  found: Found;
  isBusy: boolean;
  /** Why the file was not published, and with which types that was tried. */
  error: unknown;
  tried: Types;
}

/** Shows what a file would become beside how it stands: to read it otherwise, and to change its types. */
export function FoundFile({ state, review, found, isBusy, error, tried }: FoundProps) {
  const { fields, rows, lines } = review;
  const { types, setTypes, trials } = found;
  const [option, setOption] = useState<OptionPlace | null>(null);
  const [sheets, setSheets] = useState<readonly string[]>([]);
  const open = (place: OptionPlace) => {
    const told = place.warnings.flatMap(({ choices = [] }) => choices);
    // Once somebody chose one, they are told no more.
    if (told.length > 0) setSheets(told);
    setOption(place);
  };
  const kind = kindOf(review, state.fileName);
  return (
    <div className={css.found}>
      <FileReading kind={kind} review={review} onOpen={open} isBusy={isBusy} />
      <div className={css.sideBySide}>
        <Card title="Types" flush>
          <FieldTypes
            fields={fields}
            types={types}
            onTypes={setTypes}
            readings={{ ...review, isOpen: kind !== 'parquet', trials, isBusy, onOpen: open }}
            error={error}
            tried={tried}
          />
        </Card>
        <div className={css.result}>
          <Card title="First rows" flush>
            <RowsGrid label="First rows" fields={fields} rows={rows} />
          </Card>
          {lines !== '' && <RawLines text={lines} />}
        </div>
      </div>
      {option && (
        <OptionDialog
          place={option}
          names={option.option === 'sheet' ? sheets : []}
          trials={trials}
          onClose={() => setOption(null)}
        />
      )}
    </div>
  );
}

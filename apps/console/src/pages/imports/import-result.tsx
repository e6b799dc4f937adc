import type { FieldType } from '@sluice/contracts/fields';
import type { Import } from '@sluice/contracts/imports';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { versionQuery } from '../../server/datasets';
import { rowsQuery } from '../../server/rows';
import { Button, buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { Loaded } from '../../ui/loaded';
import { fieldTypes, typeNames } from '../../ui/names';
import { Note } from '../../ui/note';
import { Select } from '../../ui/select';
import { plural } from '../../ui/units';
import { RowsGrid } from '../preview/rows-grid';
import css from './imports.module.css';

const typeChoices = fieldTypes.map((id) => ({ id, label: typeNames[id] }));

interface ResultProps {
  datasetId: string;
  state: Import;
  onRetype: (types: Readonly<Record<string, FieldType>>) => void;
}

/** What came of the file: types beside the first rows, and the way to have them otherwise. */
export function ImportResult({ datasetId, state, onRetype }: ResultProps) {
  const number = state.version ?? 1;
  const version = useQuery(versionQuery(datasetId, number));
  const rows = useInfiniteQuery(rowsQuery(datasetId, number, '_limit=50'));
  const [changed, setChanged] = useState<Readonly<Record<string, FieldType>>>({});
  const list = rows.data?.pages[0]?.data ?? [];
  const changes = Object.keys(changed).length;
  return (
    <div className={css.result}>
      <Card>
        <div className={css.done}>
          <CircleCheck aria-hidden="true" />
          <div>
            <h2>Version {number} is published</h2>
            <p>
              {plural(state.rows, 'row')}
              {version.data && ` with ${plural(version.data.fields.length, 'field')}`}. What would you like to do next?
            </p>
          </div>
          <div className={css.next}>
            <Link to="/datasets/$datasetId" params={{ datasetId }} className={buttonClass('plain')}>
              Go to the dataset
            </Link>
            <Link to="/apis/new" search={{ dataset: datasetId, version: undefined }} className={buttonClass('primary')}>
              Create custom API
            </Link>
          </div>
        </div>
        {state.warnings.length > 0 && (
          <Note tone="warn">
            {state.warnings.map((warning) => (
              <p key={warning}>{warning}</p>
            ))}
          </Note>
        )}
      </Card>
      <Loaded query={version}>
        {({ fields }) => (
          <div className={css.sideBySide}>
            <Card
              title="Types"
              flush
              actions={
                changes > 0 && (
                  <Button look="primary" onPress={() => onRetype(changed)}>
                    Import again as version {number + 1}
                  </Button>
                )
              }
            >
              <div className={css.types}>
                <p className={css.hint}>
                  Found out over the whole file. A version never changes: other types are a new version, made from the
                  same file.
                </p>
                {fields.map(({ name, type }) => (
                  <div key={name} className={css.typeRow}>
                    <code>{name}</code>
                    <Select
                      label={`Type of ${name}`}
                      hideLabel
                      choices={typeChoices}
                      value={changed[name] ?? type}
                      onChange={(id) => {
                        const chosen = fieldTypes.find((each) => each === id);
                        const { [name]: _, ...others } = changed;
                        setChanged(chosen && chosen !== type ? { ...others, [name]: chosen } : others);
                      }}
                    />
                  </div>
                ))}
              </div>
            </Card>
            <Card title="First rows" flush>
              <RowsGrid label="First rows" fields={fields} rows={list} />
            </Card>
          </div>
        )}
      </Loaded>
    </div>
  );
}

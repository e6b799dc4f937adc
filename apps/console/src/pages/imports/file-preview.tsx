import type { FieldType } from '@sluice/contracts/fields';
import { useQuery } from '@tanstack/react-query';
import { fieldTypes, typeNames } from '../../ui/names';
import { Select } from '../../ui/select';
import { RowsGrid } from '../preview/rows-grid';
import { firstRows } from './first-rows';
import css from './imports.module.css';

const FOUND_OUT = 'found-out';
const choices = [
  { id: FOUND_OUT, label: 'found out', detail: 'over the whole file' },
  ...fieldTypes.map((id) => ({ id, label: typeNames[id] })),
];

type Types = Readonly<Record<string, FieldType>>;

/** The first rows of a file that is not sent yet, and the types that its columns shall have whatever the server finds. */
export function FilePreview({
  file,
  delimiter,
  header,
  types,
  onTypes,
}: {
  file: File;
  delimiter: string;
  header: boolean;
  types: Types;
  onTypes: (types: Types) => void;
}) {
  const { data } = useQuery({
    queryKey: ['file', file.name, file.size, file.lastModified, delimiter, header],
    queryFn: () => firstRows(file, { delimiter, header }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!data) return null;
  return (
    <section className={css.sideBySide} aria-label="Before it is published">
      <div className={css.before}>
        <h2>Types</h2>
        <p className={css.hint}>Choose one where it shall not be found out.</p>
        {data.names.map((name) => (
          <div key={name} className={css.typeRow}>
            <code>{name}</code>
            <Select
              label={`Type of ${name}`}
              hideLabel
              choices={choices}
              value={types[name] ?? FOUND_OUT}
              onChange={(id) => {
                const chosen = fieldTypes.find((each) => each === id);
                const { [name]: _, ...others } = types;
                onTypes(chosen ? { ...others, [name]: chosen } : others);
              }}
            />
          </div>
        ))}
      </div>
      <div className={css.before}>
        <h2>Preview of the first rows</h2>
        <p className={css.hint}>As they stand in the file; nothing is sent yet.</p>
        <RowsGrid
          label="Preview of the first rows"
          fields={data.names.map((name) => ({ name, type: 'text' }))}
          rows={data.rows}
        />
      </div>
    </section>
  );
}

import { useQuery } from '@tanstack/react-query';
import { RowsGrid } from '../rows/rows-grid';
import { firstRows } from './first-rows';
import css from './imports.module.css';

/** The first rows of a file that is not sent yet: enough to see whether its columns are told apart. */
export function FilePreview({ file, delimiter, header }: { file: File; delimiter: string; header: boolean }) {
  const { data } = useQuery({
    queryKey: ['file', file.name, file.size, file.lastModified, delimiter, header],
    queryFn: () => firstRows(file, { delimiter, header }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!data) return null;
  return (
    <div className={css.before}>
      <h2>Preview of the first rows</h2>
      <p className={css.hint}>As they stand in the file; nothing is sent yet.</p>
      <RowsGrid
        label="Preview of the first rows"
        fields={data.names.map((name) => ({ name, type: 'text' }))}
        rows={data.rows}
      />
    </div>
  );
}

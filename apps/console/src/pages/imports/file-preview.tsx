import { useQuery } from '@tanstack/react-query';
import { Note } from '../../ui/note';
import { RowsGrid } from '../rows/rows-grid';
import { type FirstRows, firstRows, SHOWN } from './first-rows';
import css from './imports.module.css';

/** The first rows of a file that is not sent yet: enough to see whether its columns are told apart. */
export function FilePreview({ file, delimiter, header }: { file: File; delimiter: string; header: boolean }) {
  const { data } = useQuery({
    queryKey: ['file', file.name, file.size, file.lastModified, delimiter, header],
    queryFn: () => rowsOf(file, delimiter, header),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!data) return null;
  return (
    <div className={css.before}>
      <h2>Preview of the first rows</h2>
      <p className={css.hint}>As they stand in the file; nothing is sent yet.</p>
      {data.told && <Note>{data.told}</Note>}
      {data.names.length > 0 && (
        <RowsGrid
          label="Preview of the first rows"
          fields={data.names.map((name) => ({ name, type: 'text' }))}
          rows={data.rows}
        />
      )}
    </div>
  );
}

/** The reader of Parquet is fetched when it is needed. */
async function rowsOf(file: File, delimiter: string, header: boolean): Promise<FirstRows | null> {
  if (!file.name.toLowerCase().endsWith('.parquet')) return await firstRows(file, { delimiter, header });
  try {
    const { parquetRows } = await import('./parquet-rows');
    return await parquetRows(file, SHOWN);
  } catch {
    // The server tells what is wrong with it.
    return null;
  }
}

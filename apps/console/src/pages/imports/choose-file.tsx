import { FileUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { DropZone } from 'react-aria-components/DropZone';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { Text } from 'react-aria-components/Text';
import { importExtensions } from '../../server/imports';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/field';
import { Fold } from '../../ui/fold';
import { ProblemNote } from '../../ui/problem-note';
import { Switch } from '../../ui/switch';
import { bytes } from '../../ui/units';
import { FilePreview } from './file-preview';
import css from './imports.module.css';

export interface ReadingOptions {
  note: string;
  delimiter: string;
  header: boolean;
}

interface ChooseFileProps {
  file: File | null;
  onFile: (file: File) => void;
  options: ReadingOptions;
  onOptions: (options: ReadingOptions) => void;
  onUpload: () => void;
  isPending?: boolean;
  error: unknown;
  /** What else is to be said of the file. */
  children: ReactNode;
}

/** A file by drag and drop or by dialog, and what to know of it before it is read. */
export function ChooseFile({
  file,
  onFile,
  options,
  onOptions,
  onUpload,
  isPending,
  error,
  children,
}: ChooseFileProps) {
  const take = (list: FileList | null) => {
    const [first] = list ?? [];
    if (first) onFile(first);
  };
  return (
    <>
      <DropZone
        className={css.drop}
        aria-label="File to import"
        onDrop={async ({ items }) => {
          const [item] = items.filter((each) => each.kind === 'file');
          if (item) onFile(await item.getFile());
        }}
      >
        <FileUp aria-hidden="true" />
        <Text slot="label" className={css.dropTitle}>
          {file ? file.name : 'Drop a file here'}
        </Text>
        <span className={css.dropText}>
          {file
            ? bytes(file.size)
            : 'CSV, text, JSON, GeoJSON, NDJSON, Excel, OpenDocument or Parquet, also packed with gzip or ZIP'}
        </span>
        <FileTrigger acceptedFileTypes={importExtensions} onSelect={take}>
          <Button>{file ? 'Choose another file' : 'Choose a file'}</Button>
        </FileTrigger>
      </DropZone>
      {children}
      <div className={css.more}>
        <Fold title="How the file is read" level={2}>
          <TextField
            label="Separator"
            placeholder="found out by itself"
            hint="What stands between the columns of a CSV file, if not a comma, a semicolon or a tabulator."
            value={options.delimiter}
            onChange={(delimiter) => onOptions({ ...options, delimiter: delimiter.slice(0, 8) })}
          />
          <Switch
            label="The first line names the columns"
            isSelected={options.header}
            onChange={(header) => onOptions({ ...options, header })}
          />
        </Fold>
      </div>
      {file && <FilePreview file={file} delimiter={options.delimiter} header={options.header} />}
      {error !== null && <ProblemNote error={error} />}
      <div className={css.actions}>
        <p className={css.hint}>
          The types are found over the whole file. You look them over before anything is published.
        </p>
        <Button look="primary" isDisabled={file === null} isPending={isPending} onPress={onUpload}>
          Upload
        </Button>
      </div>
    </>
  );
}

import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { datasetQuery } from '../../server/datasets';
import { ForEditors } from '../../shell/for-editors';
import { PageHeader } from '../../shell/page-header';
import { Card } from '../../ui/card';
import { TextField } from '../../ui/field';
import { ChooseFile, type ReadingOptions } from './choose-file';
import { FollowedImport } from './followed-import';
import { ImportProgress } from './import-progress';
import { useUpload } from './use-upload';

const asTheFileSays: ReadingOptions = { note: '', delimiter: '', header: true };

/** From a file to a version: choose, watch, look at what was found, and publish it. The address names the import. */
export function ImportPage() {
  const { datasetId } = useParams({ from: '/shell/datasets/$datasetId/import' });
  const { import: importId } = useSearch({ from: '/shell/datasets/$datasetId/import' });
  const { data: dataset } = useQuery(datasetQuery(datasetId));
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [options, setOptions] = useState(asTheFileSays);
  const [error, setError] = useState<unknown>(null);
  const show = useCallback(
    (next: string | undefined, error: unknown) => {
      setError(error);
      void navigate({
        to: '/datasets/$datasetId/import',
        params: { datasetId },
        search: { import: next },
        replace: true,
      });
    },
    [navigate, datasetId],
  );
  const chooseAgain = useCallback((error: unknown) => show(undefined, error), [show]);
  const { state, start, cancel } = useUpload((id) => show(id, null), setError);
  return (
    <>
      <PageHeader
        title="Import a version"
        about="The file becomes a version of its own. Versions that are there already stay as they are."
        back={{ to: '/datasets/$datasetId', params: { datasetId }, label: dataset?.name ?? 'Dataset' }}
      />
      <ForEditors>
        {importId !== undefined ? (
          <FollowedImport key={importId} datasetId={datasetId} importId={importId} onEnd={chooseAgain} />
        ) : (
          <Card>
            {state.step === 'sending' ? (
              <ImportProgress phase="receiving" name={file?.name ?? ''} bytes={state} onCancel={cancel} />
            ) : (
              <ChooseFile
                file={file}
                onFile={setFile}
                options={options}
                onOptions={setOptions}
                onUpload={() => {
                  setError(null);
                  if (file) start({ datasetId, file, ...options });
                }}
                error={error}
              >
                <TextField
                  label="Note"
                  placeholder="Orders up to March"
                  hint="What this version is about; it stands beside its number."
                  value={options.note}
                  onChange={(note) => setOptions({ ...options, note })}
                />
              </ChooseFile>
            )}
          </Card>
        )}
      </ForEditors>
    </>
  );
}

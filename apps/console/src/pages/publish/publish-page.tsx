import type { Dataset } from '@sluice/contracts/catalogue/datasets';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { Creation } from '../../server/creation';
import { createDataset } from '../../server/datasets';
import { faultsAt, isToldAt } from '../../server/problem';
import { ForEditors } from '../../shell/for-editors';
import { KeepUnsaved } from '../../shell/keep-unsaved';
import { PageHeader } from '../../shell/page-header';
import { Card } from '../../ui/card';
import { TextField } from '../../ui/field';
import { ChooseFile, type ReadingOptions } from '../imports/choose-file';
import { ImportProgress } from '../imports/import-progress';
import { useUpload } from '../imports/use-upload';
import { proposedName } from './proposed-name';
import css from './publish.module.css';
import { PublishedFile } from './published-file';
import { UnfinishedNote } from './unfinished-note';
import { useHeldDataset } from './use-held-dataset';

const asTheFileSays: ReadingOptions = { note: '', delimiter: '', header: true };

/** From a file to a live endpoint on one page: nothing is made before it is needed, and what is not published goes with the page. */
export function PublishPage() {
  return (
    <>
      <PageHeader
        title="Publish a file"
        about={
          <span className={css.about}>
            Drop a file, look over what was found, and switch its endpoint on. Each part can also be done by itself,
            from <Link to="/datasets">datasets</Link>, <Link to="/apis">APIs</Link> and <Link to="/tokens">tokens</Link>
            .
          </span>
        }
        back={{ to: '/datasets', label: 'Datasets' }}
      />
      <ForEditors>
        <Steps />
      </ForEditors>
    </>
  );
}

function Steps() {
  const [file, setFile] = useState<File | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [options, setOptions] = useState(asTheFileSays);
  const [dataset, setDataset] = useState<Dataset | null>(null);
  const [importId, setImportId] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [creation] = useState(() => new Creation(createDataset));
  const holder = useHeldDataset();
  const chooseAgain = useCallback(
    (why: unknown) => {
      setError(why);
      setImportId(null);
      setDataset(null);
      void holder.discard();
    },
    [holder],
  );
  const { state, start, cancel } = useUpload(setImportId, chooseAgain);
  const name = typed ?? (file ? proposedName(file.name) : '');
  const begin = useMutation({
    mutationFn: (_: File) => creation.make({ name }),
    onMutate: () => setError(null),
    onSuccess: (made, chosen) => {
      holder.hold(made);
      setDataset(made);
      start({ datasetId: made.id, file: chosen, ...options });
    },
  });
  if (dataset && importId !== null) {
    return <PublishedFile key={importId} dataset={dataset} importId={importId} holder={holder} onEnd={chooseAgain} />;
  }
  const failed = error ?? begin.error;
  const nameFaults = faultsAt(begin.error, '/name');
  return (
    <div className={css.column}>
      <UnfinishedNote />
      <Card>
        {state.step === 'sending' ? (
          <>
            <ImportProgress
              phase="receiving"
              name={file?.name ?? ''}
              bytes={state}
              onCancel={() => {
                cancel();
                chooseAgain(null);
              }}
            />
            <KeepUnsaved isChanged>The file is on its way: it is discarded if you leave now.</KeepUnsaved>
          </>
        ) : (
          <ChooseFile
            file={file}
            onFile={(chosen) => {
              setFile(chosen);
              begin.reset();
            }}
            options={options}
            onOptions={setOptions}
            onUpload={() => file && begin.mutate(file)}
            isPending={begin.isPending}
            error={isToldAt(failed, ['/name']) ? null : failed}
          >
            {file && (
              <TextField
                label="Name of the dataset"
                hint="The table that the file becomes; later files can be added to it."
                value={name}
                onChange={(words) => {
                  setTyped(words);
                  begin.reset();
                }}
                faults={nameFaults}
                isRequired
              />
            )}
          </ChooseFile>
        )}
      </Card>
    </div>
  );
}

import type { FieldType } from '@sluice/contracts/fields';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { datasetQuery } from '../../server/datasets';
import { PageHeader } from '../../shell/page-header';
import { Card } from '../../ui/card';
import { ChooseFile, type ReadingOptions } from './choose-file';
import { ImportProgress } from './import-progress';
import { ImportResult } from './import-result';
import { useImport } from './use-import';

const asTheFileSays: ReadingOptions = { note: '', delimiter: '', header: true };

/** From a file to a version: choose, watch, and look at what came of it. */
export function ImportPage() {
  const { datasetId } = useParams({ from: '/shell/datasets/$datasetId/import' });
  const { data: dataset } = useQuery(datasetQuery(datasetId));
  const { progress, start, cancel } = useImport();
  const [file, setFile] = useState<File | null>(null);
  const [options, setOptions] = useState(asTheFileSays);
  const [types, setTypes] = useState<Readonly<Record<string, FieldType>>>({});
  const run = (types: Readonly<Record<string, FieldType>>) => {
    if (!file) return;
    setTypes(types);
    start({ datasetId, file, ...options, types });
  };
  return (
    <>
      <PageHeader
        title="Import a version"
        about="The file becomes a version of its own. Versions that are there already stay as they are."
        back={{ to: '/datasets/$datasetId', params: { datasetId }, label: dataset?.name ?? 'Dataset' }}
      />
      {progress.step === 'choosing' && (
        <Card>
          <ChooseFile
            file={file}
            onFile={(next) => {
              setFile(next);
              setTypes({});
            }}
            types={types}
            onTypes={setTypes}
            options={options}
            onOptions={setOptions}
            onImport={() => run(types)}
            error={progress.error}
          />
        </Card>
      )}
      {progress.step === 'running' && (
        <Card>
          <ImportProgress name={file?.name ?? ''} progress={progress} onCancel={cancel} />
        </Card>
      )}
      {progress.step === 'done' && (
        <ImportResult
          key={progress.state.id}
          datasetId={datasetId}
          state={progress.state}
          onRetype={(next) => run({ ...types, ...next })}
        />
      )}
    </>
  );
}

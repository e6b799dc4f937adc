import type { Fault } from '@sluice/contracts/fault';
import { useQuery } from '@tanstack/react-query';
import { datasetsQuery, versionsQuery } from '../../server/datasets';
import { ComboBox } from '../../ui/combo-box';
import { FaultLines } from '../../ui/field';
import fieldCss from '../../ui/field.module.css';
import { Select } from '../../ui/select';
import { plural } from '../../ui/units';
import css from './api-form.module.css';
import type { Draft } from './draft';
import { faultsUnder } from './faults-under';

const LATEST = 'latest';

/** Chooses what the API serves: a dataset as it grows, or one version of it for good. */
export function Source({
  draft,
  change,
  faults,
  fixed,
}: {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  faults: readonly Fault[];
  /** The dataset of an API that exists stays. */
  fixed: boolean;
}) {
  const { data: datasets = [] } = useQuery(datasetsQuery);
  const { data: versions = [] } = useQuery({ ...versionsQuery(draft.datasetId), enabled: draft.datasetId !== '' });
  const dataset = datasets.find(({ id }) => id === draft.datasetId);
  const told = [...faultsUnder(faults, '/datasetId'), ...faultsUnder(faults, '/version')];
  return (
    <>
      <div className={css.columns}>
        {fixed ? (
          <div className={fieldCss.field}>
            <span className={fieldCss.label}>Dataset</span>
            <span className={css.fixed}>{dataset?.name ?? '…'}</span>
          </div>
        ) : (
          <ComboBox
            key={datasets.length}
            label="Dataset"
            placeholder="Search by name"
            nothing="No dataset of this name"
            choices={datasets.map(({ id, name, latestVersion }) => ({
              id,
              label: name,
              detail: latestVersion === null ? 'no data yet' : plural(latestVersion, 'version'),
            }))}
            value={draft.datasetId || null}
            onChange={(id) => change({ datasetId: id ?? '', version: null, exposed: null })}
          />
        )}
        <Select
          label="Version"
          hint={
            draft.method === 'POST'
              ? 'Rows are added to the latest version: a POST API cannot be pinned.'
              : draft.version === null
                ? 'It follows the dataset: a new version is served at once, if it fits.'
                : 'Pinned: new versions change nothing for its consumers.'
          }
          choices={[
            { id: LATEST, label: 'Latest, always' },
            ...versions.map(({ number, note }) => ({ id: String(number), label: `Version ${number}`, detail: note })),
          ]}
          isDisabled={draft.method === 'POST'}
          value={draft.version === null ? LATEST : String(draft.version)}
          onChange={(id) => change({ version: id === LATEST ? null : Number(id) })}
        />
      </div>
      {told.length > 0 && (
        <p className={fieldCss.error}>
          <FaultLines faults={told} />
        </p>
      )}
    </>
  );
}

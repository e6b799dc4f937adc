import type { Fault } from '@sluice/contracts/fault';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { datasetQuery, datasetsQuery, versionsQuery } from '../../server/datasets';
import { itemsOf } from '../../server/lists';
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
  const [typed, setTyped] = useState('');
  const found = useInfiniteQuery(datasetsQuery({ _q: typed.trim() }));
  const { data: dataset } = useQuery({ ...datasetQuery(draft.datasetId), enabled: draft.datasetId !== '' });
  const { data: versions = [] } = useQuery({ ...versionsQuery(draft.datasetId), enabled: draft.datasetId !== '' });
  // The chosen one is always among them: the field shows its name.
  const others = itemsOf(found.data).filter(({ id }) => id !== dataset?.id);
  const choices = dataset ? [dataset, ...others] : others;
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
            label="Dataset"
            placeholder="Search by name"
            nothing="No dataset of this name"
            choices={choices.map(({ id, name, latestVersion }) => ({
              id,
              label: name,
              detail: latestVersion === null ? 'no data yet' : plural(latestVersion, 'version'),
            }))}
            value={draft.datasetId || null}
            onChange={(id) => change({ datasetId: id ?? '', version: null, exposed: null })}
            onSearch={setTyped}
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
